/** The name that a client of TLS asks for in its first message: https://www.rfc-editor.org/rfc/rfc8446#section-4.1.2. Pure. */

/** What a connection's first bytes say; of a message that is not whole yet, nothing. */
export type Hello =
  | { readonly isWhole: false }
  /** Null for what is no greeting, and for one that names no host in the open, or several. */
  | { readonly isWhole: true; readonly name: string | null };

/** Reads the first bytes of a connection. Whatever they are, it never throws. */
export function readHello(start: Buffer): Hello {
  const message = handshakeIn(start);
  if (message === "incomplete") return { isWhole: false };
  try {
    return { isWhole: true, name: message === "foreign" ? null : nameIn(message) };
  } catch {
    // A length in it leads beyond its end.
    return { isWhole: true, name: null };
  }
}

/** Greetings with keys for the time after quantum computers have 2 KB. */
const longestHello = 16 * 1024;
const [handshakeRecord, clientHello] = [22, 1] as const;
const [serverName, encryptedHello] = [0, 0xfe0d] as const;

/** The body of the greeting, put together from its records. */
function handshakeIn(start: Buffer): Buffer | "incomplete" | "foreign" {
  if (start.length > 0 && start[0] !== handshakeRecord) return "foreign";
  const fragments: Buffer[] = [];
  for (let at = 0; at + 5 <= start.length; at += 5 + start.readUInt16BE(at + 3)) {
    if (start[at] !== handshakeRecord) return "foreign";
    fragments.push(start.subarray(at + 5, at + 5 + start.readUInt16BE(at + 3)));
  }
  const all = Buffer.concat(fragments);
  if (all.length > 0 && all[0] !== clientHello) return "foreign";
  const length = all.length < 4 ? null : all.readUIntBE(1, 3);
  if (length !== null && all.length >= 4 + length) return all.subarray(4, 4 + length);
  return start.length > longestHello || (length ?? 0) > longestHello ? "foreign" : "incomplete";
}

function nameIn(body: Buffer): string | null {
  // The version and the random bytes, then three fields that begin with their own lengths.
  let at = 2 + 32;
  at += 1 + body.readUInt8(at);
  at += 2 + body.readUInt16BE(at);
  at += 1 + body.readUInt8(at);
  const names: string[] = [];
  for (at += 2; at < body.length; at += 4 + body.readUInt16BE(at + 2)) {
    const kind = body.readUInt16BE(at);
    // Another name is meant than the one that it shows.
    if (kind === encryptedHello) return null;
    // One list of one host: its length, the kind 0, and the length of the name.
    const nameAt = at + 4 + 2 + 1 + 2;
    if (kind === serverName)
      names.push(body.toString("latin1", nameAt, nameAt + body.readUInt16BE(nameAt - 2)));
    if (kind === serverName && body.readUInt16BE(at + 4) !== body.readUInt16BE(nameAt - 2) + 3)
      return null;
  }
  return names.length === 1 ? (names[0] ?? null) : null;
}
