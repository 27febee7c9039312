/** No sandbox: for code and text of people who may write to the repository anyway, and only when somebody asks for it. */
import type { Sandbox } from "./box.ts";

/** Runs a command as it is. There are no limits, and bridges are not made: the command sees the real loopback. */
export const noSandbox: Sandbox = {
  name: "none",
  preflight: async () => ({ ok: true }),
  wrap: async (command, box) => ({ argv: command, env: box.environment, descriptors: [] }),
  end: async () => {},
};
