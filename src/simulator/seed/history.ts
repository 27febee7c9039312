/** The history of the default repository: a small Node package with tests that pass. */
import type { SeedCommit } from "./seed.ts";

const manifest = {
  name: "rocket",
  version: "0.3.0",
  private: true,
  type: "module",
  scripts: { test: "node --test" },
};

/** Oldest first. */
export const history: readonly SeedCommit[] = [
  {
    author: "mona",
    message: "chore: begin the flight computer",
    files: {
      "README.md": "# Rocket\n\nThe flight computer of a small rocket.\n",
      "package.json": `${JSON.stringify(manifest, null, 2)}\n`,
      ".gitignore": "node_modules/\n*.log\n",
      LICENSE: "MIT License\n\nCopyright (c) Acme\n",
    },
  },
  {
    author: "wren",
    message: "feat: count down",
    files: {
      "src/countdown.js":
        '/** The words of a countdown, from a number to lift-off. */\nexport function countdown(from) {\n  const words = [];\n  for (let count = from; count > 0; count -= 1) words.push(String(count));\n  return [...words, "lift-off"];\n}\n',
      "test/countdown.test.js":
        'import { test } from "node:test";\nimport assert from "node:assert/strict";\nimport { countdown } from "../src/countdown.js";\n\ntest("counts down to lift-off", () => {\n  assert.deepEqual(countdown(3), ["3", "2", "1", "lift-off"]);\n});\n',
    },
  },
  {
    author: "wren",
    message: "feat: work out the thrust",
    files: {
      "src/thrust.js":
        "/** Thrust in newtons from the mass flow (kg/s) and the exhaust velocity (m/s). */\nexport function thrust(massFlow, exhaustVelocity) {\n  return massFlow * exhaustVelocity;\n}\n",
      "test/thrust.test.js":
        'import { test } from "node:test";\nimport assert from "node:assert/strict";\nimport { thrust } from "../src/thrust.js";\n\ntest("thrust is mass flow times exhaust velocity", () => {\n  assert.equal(thrust(2, 3000), 6000);\n});\n',
    },
  },
  {
    author: "mona",
    message: "docs: say how to run the tests",
    files: {
      "README.md":
        "# Rocket\n\nThe flight computer of a small rocket.\n\n## Tests\n\n```\nnpm test\n```\n",
      "docs/orbit.md": "# Orbit\n\nA circular orbit at 200 km needs about 7.8 km/s.\n",
    },
  },
];
