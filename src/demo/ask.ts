/** The demo's people: they open the issues and ask for them in the different ways. */
import type { Simulator } from "../simulator/simulator.ts";
import type { DemoIssue } from "./issues.ts";

/** Opens all issues, then asks for each; answers with their numbers in order. */
export async function ask(
  simulator: Simulator,
  issues: readonly DemoIssue[],
  onAsk: (number: number) => void,
): Promise<readonly number[]> {
  const numbers: number[] = [];
  for (const { title, body } of issues) {
    numbers.push(numberOf(await simulator.gesture({ as: "mona", do: "open-issue", title, body })));
  }
  for (const [index, { trigger }] of issues.entries()) {
    const number = numbers[index] ?? 0;
    const blocker = numbers[index - 1];
    if (trigger === "dependency" && blocker !== undefined) {
      await simulator.gesture({ as: "mona", do: "add-blocker", number, blocker });
    }
    onAsk(number);
    await simulator.gesture({ as: "mona", ...request(trigger, number) });
  }
  return numbers;
}

function request(trigger: DemoIssue["trigger"], number: number): Readonly<Record<string, unknown>> {
  switch (trigger) {
    case "card":
      return { do: "move-card", number, to: "Ready" };
    case "command":
      return { do: "comment", number, body: "Please take this one.\n\n/agent dispatch" };
    case "label":
    case "dependency":
    case "second attempt":
      return { do: "label", number, label: "agent:go" };
  }
}

function numberOf(opened: unknown): number {
  if (typeof opened === "object" && opened !== null && "number" in opened) {
    const { number } = opened;
    if (typeof number === "number") return number;
  }
  throw new Error("the simulator did not open the issue");
}
