/** Takes the service's secrets out of text that is stored or published: agents must never have seen them, and may have. */
import { findSecrets } from "./adapters/git/gates/secrets.ts";

/** What stands in place of a line that gives something away. */
const withheld = "[withheld: this line holds a secret]";

/** Makes a text harmless: each line that holds a guarded value, in whatever disguise, or another credential is withheld. */
export function redactor(secrets: () => readonly string[]): (text: string) => string {
  return (text) => {
    const guarded = secrets();
    if (findSecrets(text, guarded).length === 0) return text;
    const lines = text
      .split("\n")
      .map((line) => (findSecrets(line, guarded).length === 0 ? line : withheld));
    const rest = lines.join("\n");
    // A value that was cut over several lines is in none of them.
    return findSecrets(rest, guarded).length === 0 ? rest : withheld;
  };
}
