import { test } from "node:test";

import { collectInSandbox } from "../../../src/adapters/git/collect-in-sandbox.ts";
import { createBubblewrap } from "../../../src/adapters/sandbox/bubblewrap.ts";
import { noBoxes } from "../sandbox/boxes.ts";
import { endure, waves } from "./attacks.ts";
import { openBench } from "./bench.ts";

for (const wave of waves) {
  test(
    `collected in a sandbox, ${wave.join(", ")} runs nothing and writes nowhere else`,
    { skip: noBoxes },
    async () => {
      const collect = collectInSandbox(createBubblewrap());
      await using bench = await openBench({}, { collect });

      await endure(bench, wave);
    },
  );
}
