/** Follows the service's log and tells each issue's story as it goes on. */
import type { LogLine } from "./service.ts";
import type { IssueStory } from "./timeline.ts";
import { continued, sentence } from "./timeline.ts";

/** The stories so far. */
export type Watch = {
  readonly story: (number: number) => IssueStory | undefined;
  /** An issue is being asked for now. */
  readonly asked: (number: number) => void;
  readonly take: (line: LogLine) => void;
  /** Waits until all are done, nothing moves any more, the service is gone or time is up; answers with what went wrong. */
  readonly finished: (
    numbers: readonly number[],
    exited: Promise<number | null>,
    limitMs: number,
  ) => Promise<readonly string[]>;
};

/** Begins to follow. */
export function watchStories(say: (line: string) => void): Watch {
  const stories = new Map<number, IssueStory>();
  const troubles: string[] = [];
  let missing: string | null = null;
  const beganAt = Date.now();
  let changed = Promise.withResolvers<void>();
  return {
    story: (number) => stories.get(number),
    asked: (number) => {
      stories.set(number, { ...untold, number, askedAt: Date.now() });
    },
    take: (line) => {
      if (line.level === "error") troubles.push(troubleOf(line));
      if (line.msg === "agent cannot be started here") missing ??= troubleOf(line);
      for (const before of stories.values()) {
        const after = continued(before, line);
        const text = line.issue === before.number ? sentence(before, after, line) : null;
        if (text !== null)
          say(`${stamp(line.time - beganAt)}  #${String(before.number).padEnd(4)} ${text}`);
        stories.set(before.number, after);
      }
      changed.resolve();
      changed = Promise.withResolvers();
    },
    finished: (numbers, exited, limitMs) =>
      settled({
        look: () => verdict(numbers, stories, missing, troubles),
        changed: () => changed.promise,
        gone: exited.then(() => ["Yardmaster ended before the issues were done", ...troubles]),
        limitMs,
      }),
  };
}

/** What has become of the issues: final, or only how it stands so far. */
type Verdict = { readonly isFinal: boolean; readonly faults: readonly string[] };

function verdict(
  numbers: readonly number[],
  stories: ReadonlyMap<number, IssueStory>,
  missing: string | null,
  troubles: readonly string[],
): Verdict {
  if (missing !== null) return { isFinal: true, faults: [missing] };
  const open = numbers.filter((number) => (stories.get(number)?.doneAt ?? null) === null);
  const isFinal = open.every((number) => isStuck(stories.get(number)));
  const faults = open.map((number) => notDone(stories.get(number), number));
  return { isFinal, faults: open.length === 0 ? [] : [...faults, ...troubles] };
}

type Waiting = {
  readonly look: () => Verdict;
  readonly changed: () => Promise<void>;
  readonly gone: Promise<readonly string[]>;
  readonly limitMs: number;
};

async function settled({ look, changed, gone, limitMs }: Waiting): Promise<readonly string[]> {
  const late = Promise.withResolvers<"late">();
  const timer = setTimeout(() => late.resolve("late"), limitMs);
  try {
    for (;;) {
      const { isFinal, faults } = look();
      if (isFinal) return faults;
      const news = await Promise.race([changed(), late.promise, gone]);
      if (news === "late") return faults;
      if (news !== undefined) return news;
    }
  } finally {
    clearTimeout(timer);
  }
}

const stamp = (ms: number): string => `${(ms / 1000).toFixed(1).padStart(6)} s`;

const troubleOf = ({ msg, why }: LogLine): string => (why === undefined ? msg : `${msg}: ${why}`);

const isStuck = (story: IssueStory | undefined): boolean =>
  story?.phase === "parked" || story?.phase === "withdrawn";

const notDone = (story: IssueStory | undefined, number: number): string =>
  `#${number} is not done: it is ${story?.phase ?? "unknown"}`;

const untold: Omit<IssueStory, "number" | "askedAt"> = {
  startedAt: null,
  doneAt: null,
  attempts: 0,
  pull: null,
  phase: "asked",
};
