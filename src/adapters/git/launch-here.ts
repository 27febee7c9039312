/** Starts git as a child of this process, by either way. */
import { boxHere } from "./box-here.ts";
import type { Launching } from "./launcher.ts";
import { exitHere } from "./run-here.ts";

/** For the launcher, and for processes that are as small. */
export const runHere: Launching = async (launch, signal) => {
  if (launch.kind === "call") return await exitHere(launch.call, signal);
  if (launch.kind === "box") return await boxHere(launch.box, signal);
  if (launch.kind === "hands") {
    const { collectFromBox } = await import("./hands-in-box.ts");
    return await collectFromBox(launch.hands, signal);
  }
  // Inside a sandbox there is no simple-git, and nothing there asks for it.
  const { simpleHere } = await import("./simple-here.ts");
  const text = await simpleHere(launch.place, launch.args);
  return { code: 0, stdout: Buffer.from(text), stderr: "" };
};
