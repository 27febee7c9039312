/** Work that must not overlap takes turns by key, within this process. */

/** Turns by key. */
export type Turns = {
  /** Runs work when all that asked earlier under this key has ended, well or not. */
  readonly take: <Answer>(key: string, work: () => Promise<Answer>) => Promise<Answer>;
  /** As `take`, but joins the same work where it waits and has not begun: its result is then fresh enough for both. */
  readonly join: (key: string, name: string, work: () => Promise<void>) => Promise<void>;
};

/** Makes independent turns. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  const waiting = new Map<string, Promise<void>>();

  async function take<Answer>(key: string, work: () => Promise<Answer>): Promise<Answer> {
    const turn = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (last.get(key) === turn) last.delete(key);
    }
  }

  return {
    take,
    join: (key, name, work) => {
      const both = JSON.stringify([key, name]);
      const joined = waiting.get(both);
      if (joined !== undefined) return joined;
      const turn = take(key, async () => {
        waiting.delete(both);
        await work();
      });
      waiting.set(both, turn);
      return turn;
    },
  };
}
