/** What an attempt is for. */

/** The kind of work of one attempt. */
export type Task =
  /** Make the change that the issue asks for. */
  | { readonly kind: "implement" }
  /** Find out why the last attempt failed; nothing that it changes is built upon. */
  | { readonly kind: "research" };

/** Does its work go on towards a pull request? */
export function isBuiltUpon({ kind }: Task): boolean {
  switch (kind) {
    case "implement":
      return true;
    case "research":
      return false;
  }
}
