/** The way from a run's sandbox to package registries. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { createBubblewrap } from "../../../src/adapters/sandbox/bubblewrap.ts";
import { order, shellAgent, yard } from "./runs.ts";

const sandbox = createBubblewrap();
const preflight = await sandbox.preflight();
const skip = preflight.ok ? false : preflight.why;

test(
  "a run has the way only where its repository asks and the operator allows",
  { skip },
  async (t) => {
    const script = 'echo "PROXY=$HTTPS_PROXY"; ls -d $DOORS/* 2>&1; cat /proc/net/tcp';
    const cases = [
      [["registry.example", "other.example"], ["registry.example"], true],
      [[], ["registry.example"], false],
      [["registry.example"], ["other.example"], false],
    ] as const;
    for (const [allowed, asked, isThere] of cases) {
      const place = yard(t);
      const agents = place.agents({
        sandbox,
        registryHosts: allowed,
        agentVariables: { DOORS: place.folder.doors },
        adapters: [shellAgent(["/bin/sh", "-c", script])],
      });
      const terms = { agent: "shell", registries: asked, variables: ["DOORS"] };

      await (
        await agents.start(order("", terms), place.workplace)
      ).exited;

      const seen = readFileSync(place.folder.events, "utf8");
      assert.equal(seen.includes("PROXY=http://127.0.0.1:8081\n"), isThere, seen);
      assert.equal(seen.includes("registries.sock"), isThere);
      // 8081 on the loopback, listening.
      assert.equal(seen.includes("0100007F:1F91 00000000:0000 0A"), isThere);
    }
  },
);
