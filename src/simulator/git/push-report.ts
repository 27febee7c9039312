/** The answer of receive-pack, read and rewritten: how a ref is refused after git itself has taken it, without hook scripts. */

/** Why a ref was not accepted, as the pusher reads it behind "[remote rejected]". */
export interface RefRefusal {
  readonly ref: string;
  readonly reason: string;
  /** Lines shown with "remote: " in front; empty for none. */
  readonly remoteLines: readonly string[];
}

const RESULT_BAND = 1;
const PROGRESS_BAND = 2;
/** One pkt-line holds at most 65,520 bytes, four of them its length and one the band. */
const MAX_BAND_BYTES = 65_515;

/** Turns "ok" into "ng" for every refused ref; a body that is no sideband report comes back as it is. */
export function withRefusals(body: Buffer, refusals: readonly RefRefusal[]): Buffer {
  if (refusals.length === 0) return body;
  const outer = packetsOf(body);
  if (outer === undefined) return body;
  const results = bandOf(outer, RESULT_BAND);
  const report = packetsOf(Buffer.concat(results.map((packet) => packet.subarray(1))));
  if (report === undefined || results.length === 0) return body;

  const progress = bandOf(outer, PROGRESS_BAND);
  const remote = refusals.flatMap((refusal) => refusal.remoteLines).map((line) => `${line}\n`);
  const rewritten = Buffer.concat(rejected(report, refusals).map(packetOf));
  const parts = progress.map(packetOf);
  if (remote.length > 0) parts.push(...banded(PROGRESS_BAND, Buffer.from(remote.join(""))));
  parts.push(...banded(RESULT_BAND, rewritten), packetOf(null));
  return Buffer.concat(parts);
}

/** A packet, or null for the flush packet that ends a list. */
type Packet = Buffer | null;

function bandOf(packets: readonly Packet[], band: number): Buffer[] {
  return packets.filter((packet) => packet !== null).filter((packet) => packet[0] === band);
}

function rejected(report: readonly Packet[], refusals: readonly RefRefusal[]): Packet[] {
  const reasons = new Map(refusals.map((refusal) => [refusal.ref, refusal.reason]));
  const lines: Packet[] = [];
  let isOfRefused = false;
  for (const packet of report) {
    const line = packet?.toString("utf8").trimEnd() ?? "";
    if (line.startsWith("option ") && isOfRefused) continue;
    const reason = line.startsWith("ok ") ? reasons.get(line.slice(3)) : undefined;
    isOfRefused = reason !== undefined;
    lines.push(reason === undefined ? packet : Buffer.from(`ng ${line.slice(3)} ${reason}\n`));
  }
  return lines;
}

function packetsOf(body: Buffer): Packet[] | undefined {
  const packets: Packet[] = [];
  for (let at = 0; at < body.length;) {
    const length = Number.parseInt(body.toString("latin1", at, at + 4), 16);
    if (Number.isNaN(length) || at + length > body.length) return undefined;
    packets.push(length < 4 ? null : body.subarray(at + 4, at + length));
    at += Math.max(length, 4);
  }
  return packets;
}

function packetOf(packet: Packet): Buffer {
  if (packet === null) return Buffer.from("0000");
  const length = (packet.length + 4).toString(16).padStart(4, "0");
  return Buffer.concat([Buffer.from(length), packet]);
}

function banded(band: number, content: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  for (let at = 0; at < content.length; at += MAX_BAND_BYTES) {
    const part = content.subarray(at, at + MAX_BAND_BYTES);
    packets.push(packetOf(Buffer.concat([Buffer.from([band]), part])));
  }
  return packets;
}
