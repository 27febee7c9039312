/** The end of a body that is read as it comes, so that its length costs no memory. */

/** The last bytes as text; a character that was cut is shown as such. */
export async function endOf(body: unknown, bytes: number): Promise<string> {
  if (!(body instanceof ReadableStream)) return "";
  let kept = Buffer.alloc(0);
  for await (const piece of body) {
    if (piece instanceof Uint8Array) kept = Buffer.concat([kept, piece]).subarray(-bytes);
  }
  return kept.toString();
}
