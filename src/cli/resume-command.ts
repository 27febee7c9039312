/** How a person goes on with an agent's session by hand. */
import { quoted, shellWord } from "./shell-word.ts";

/** What the command must know. */
export type Session = {
  readonly agent: string;
  readonly id: string;
  readonly worktree: string;
  readonly home: string;
  /** Program of the agent, as the operator configured it. */
  readonly program: string | null;
};

/** A line for a shell; null for an agent whose sessions only its own service can go on with. */
export function resumeCommand({ agent, id, worktree, home, program }: Session): string | null {
  const words = wordsOf[agent]?.(id);
  if (words === undefined) return null;
  const [first = agent, ...rest] = words;
  const command = [program ?? first, ...rest].map(shellWord).join(" ");
  return `cd ${quoted(worktree)} && HOME=${quoted(home)} ${command}`;
}

/** A repository's own settings are left out, because its agent may have written them. */
const wordsOf: Readonly<Record<string, (id: string) => readonly string[]>> = {
  claude: (id) => ["claude", "--resume", id, "--setting-sources", "user", "--strict-mcp-config"],
  codex: (id) => ["codex", "resume", id],
  gemini: (id) => ["gemini", "--resume", id],
  copilot: (id) => ["copilot", `--resume=${id}`],
  opencode: (id) => ["opencode", "--session", id],
};
