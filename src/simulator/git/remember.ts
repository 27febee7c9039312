/** Remembers what git said about objects named in full: such an answer never changes, and to ask again takes a process. */

const OBJECT_NAME = /^[0-9a-f]{40}$/;

/** As many answers of each question are kept. */
const KEPT_ANSWERS = 500;

type Names = readonly (string | undefined)[];

/** Which answers stay the same, and which are worth their memory. */
export interface Remembering<Asked extends Names, Answer> {
  readonly isFixed?: (...names: Asked) => boolean;
  readonly isKept?: (answer: Answer) => boolean;
}

/** A question to git whose names are all full object names is asked once; with any other name, each time. */
export function remembered<Asked extends Names, Answer>(
  ask: (gitDir: string, ...names: Asked) => Promise<Answer>,
  { isFixed = areObjects, isKept = () => true }: Remembering<Asked, Answer> = {},
): (gitDir: string, ...names: Asked) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return async (gitDir, ...names) => {
    if (!isFixed(...names)) return await ask(gitDir, ...names);
    const key = [gitDir, ...names].join("\0");
    const present = answers.get(key);
    if (present !== undefined) return await present;
    const answer = ask(gitDir, ...names);
    answers.set(key, answer);
    // what was not there may come
    answer.then(
      (given) => isKept(given) || answers.delete(key),
      () => answers.delete(key),
    );
    const [oldest] = answers.keys();
    if (answers.size > KEPT_ANSWERS && oldest !== undefined) answers.delete(oldest);
    return await answer;
  };
}

/** Whether all of the names are full names of objects. */
export const areObjects = (...names: Names): boolean =>
  names.every((name) => name === undefined || OBJECT_NAME.test(name));
