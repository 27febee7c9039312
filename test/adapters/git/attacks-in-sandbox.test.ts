import { test } from "node:test";

import { collectInSandbox } from "../../../src/adapters/git/collect-in-sandbox.ts";
import { createBubblewrap } from "../../../src/adapters/sandbox/bubblewrap.ts";
import { noBoxes } from "../sandbox/boxes.ts";
import { attacks, endure } from "./attacks.ts";
import { openBench } from "./bench.ts";

for (const [name, plant] of Object.entries(attacks)) {
  test(
    `collected in a sandbox, ${name} runs nothing and writes nowhere else`,
    { skip: noBoxes },
    async () => {
      const collect = collectInSandbox(createBubblewrap());
      await using bench = await openBench({}, { collect });

      await endure(bench, plant);
    },
  );
}
