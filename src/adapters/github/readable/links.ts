/** Where a link leads, as far as a reader who points at it would care. */

const longestPath = 120;

/** ` (https://host/path)` behind a link's words; nothing where they say it, or where it leads nowhere on the web. */
export function targetShown(target: string, words: string): string {
  const url = URL.parse(target);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return "";
  if (words.includes(target)) return "";
  const place = `${url.protocol}//${url.host}`;
  const path = plainPath(url.pathname);
  const isWhole = path === url.pathname && url.search === "";
  const lines = isWhole && isLines(url.hash) ? url.hash : "";
  const isCut = !isWhole || lines !== url.hash;
  return ` (${place}${path === "/" ? "" : path}${lines}${isCut ? "…" : ""})`;
}

/** Up to the first character that could carry a sentence, and no further than a path of files goes. */
function plainPath(path: string): string {
  const end = path.search(/[^\w./~@+-]/u);
  return path.slice(0, Math.min(end === -1 ? path.length : end, longestPath));
}

/** Lines of a file, as in `#L10-L20`. */
const isLines = (hash: string): boolean =>
  /^#L\d{1,6}(?:C\d+)?(?:-L\d{1,6}(?:C\d+)?)?$/u.test(hash);
