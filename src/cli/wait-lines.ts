/** The lines of `yardmaster wait`, which programs read: one event each, in a form that does not change. */
import { plainLine } from "./plain.ts";

/** One event that a watcher is told. */
export type WaitEvent =
  | {
      readonly event: "WATCHING";
      readonly task: string;
      readonly pid: number;
      readonly granularity: string;
    }
  | { readonly event: "TOOL"; readonly task: string; readonly tool: string }
  | { readonly event: "LOG"; readonly task: string; readonly line: string }
  | { readonly event: "EXITED"; readonly task: string }
  | { readonly event: "TIMEOUT"; readonly task: string }
  | { readonly event: "ERROR"; readonly task: string; readonly reason: string };

/** The event as a line, without its end. */
export function waitLine(told: WaitEvent): string {
  const start = `${told.event} task=${plainLine(told.task)}`;
  switch (told.event) {
    case "WATCHING":
      return `${start} pid=${told.pid} granularity=${told.granularity}`;
    case "TOOL":
      return `${start} tool=${plainLine(told.tool)}`;
    case "LOG":
      return `${start}: ${plainLine(told.line)}`;
    case "ERROR":
      return `${start} reason=${plainLine(told.reason)}`;
    case "EXITED":
    case "TIMEOUT":
      return start;
  }
}
