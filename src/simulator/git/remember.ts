/** Remembers what git said about objects named in full: such an answer never changes, and to ask again takes a process. */

const OBJECT_NAME = /^[0-9a-f]{40}$/;

/** As many answers of each question are kept. */
const KEPT_ANSWERS = 500;

/** A question to git whose names are all full object names is asked once; with any other name, each time. */
export function remembered<Names extends readonly (string | undefined)[], Answer>(
  ask: (gitDir: string, ...names: Names) => Promise<Answer>,
): (gitDir: string, ...names: Names) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return async (gitDir, ...names) => {
    if (!names.every((name) => name === undefined || OBJECT_NAME.test(name)))
      return await ask(gitDir, ...names);
    const key = [gitDir, ...names].join("\n");
    const present = answers.get(key);
    if (present !== undefined) return await present;
    const answer = ask(gitDir, ...names);
    answers.set(key, answer);
    // what was not there may come
    answer.catch(() => answers.delete(key));
    const [oldest] = answers.keys();
    if (answers.size > KEPT_ANSWERS && oldest !== undefined) answers.delete(oldest);
    return await answer;
  };
}
