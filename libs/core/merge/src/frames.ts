/**
 * Outcome frames: the bytes of an outcome in a batch on the wire and in a journal, the same in both.
 *
 *     length u32 | crc32 u32 | kind u8, drive u16, shard u32, index u32 | JSON of the message
 *
 * Little endian. `length` counts what follows the crc; the crc covers it. Shard and index are in the head, so that a reader
 * knows what is missing without parsing texts. `drive` is that of the task: outcomes of the same send count as one when they are refused.
 */
import { bounds, type OutcomeMessage, type RefusalMessage, type Totals } from '@proofmill/contract';

const prefixBytes = 8;
const headBytes = 11;
const maxLength = headBytes + bounds.outcomeBytes;

/** A drive as a head holds it. */
export const driveInHead = (drive: number): number => Math.min(drive, 0xffff);

/**
 * An outcome or a suspicion comes from a worker, a refusal from a collector. `sole-suspicion`: the engine died with this item, and had no
 * other.
 */
export type FrameKind = 'outcome' | 'suspicion' | 'refusal' | 'sole-suspicion';
/** The kind of each number in a head. */
export const kinds: readonly (FrameKind | undefined)[] = [
  undefined,
  'outcome',
  'suspicion',
  'refusal',
  'sole-suspicion',
];

export function kindOf(body: OutcomeMessage['body'] | RefusalMessage['body']): FrameKind {
  if (body.type === 'refused') return 'refusal';
  if (body.type !== 'suspect') return 'outcome';
  return body.alone ? 'sole-suspicion' : 'suspicion';
}

export type Crc32 = (bytes: Uint8Array) => number;

export interface Frame {
  /** Position of the frame's first byte in the stream that was fed. */
  readonly position: number;
  /** Bytes of the whole frame. */
  readonly length: number;
  readonly kind: FrameKind;
  /** The drive of the task; 0 for an outcome of a worker that does not say it. */
  readonly drive: number;
  readonly shard: number;
  readonly index: number;
  /** The whole frame; valid until the next feed. */
  readonly bytes: Uint8Array;
}

const text = new TextEncoder();
const json = new TextDecoder('utf-8', { fatal: true });

/** One frame. `drive` is that of an outcome; evidence names its own. Throws RangeError when the message is larger than `bounds.outcomeBytes`. */
export function encodeFrame(message: OutcomeMessage | RefusalMessage, crc32: Crc32, drive = 0): Uint8Array {
  const payload = text.encode(JSON.stringify(message));
  if (payload.length > bounds.outcomeBytes) {
    throw new RangeError(`an outcome of ${payload.length} bytes is over the bound of ${bounds.outcomeBytes}`);
  }
  const frame = new Uint8Array(prefixBytes + headBytes + payload.length);
  const view = new DataView(frame.buffer);
  const { body, shard, index } = message;
  view.setUint32(0, headBytes + payload.length, true);
  view.setUint8(8, kinds.indexOf(kindOf(body)));
  view.setUint16(9, driveInHead('drive' in body ? body.drive : drive), true);
  view.setUint32(11, shard, true);
  view.setUint32(15, index, true);
  frame.set(payload, prefixBytes + headBytes);
  view.setUint32(4, crc32(frame.subarray(prefixBytes)), true);
  return frame;
}

/** The JSON value in a frame, not yet validated. Throws when it is not JSON. */
export const frameContent = (frame: Uint8Array): unknown =>
  JSON.parse(json.decode(frame.subarray(prefixBytes + headBytes)));

/** What outcomes cost: `firstTokens` are those of a first judge, which `tokens` include. */
export type Spent = Pick<Totals, 'tokens' | 'firstTokens'>;

export const nothingSpent = (): Spent => ({
  tokens: { prompt: 0, completion: 0 },
  firstTokens: { prompt: 0, completion: 0 },
});

/** What the outcome in a frame of a journal cost, and whether it failed. A collector has validated it. */
export function spentIn(frame: Uint8Array): Spent & { readonly failed: boolean } {
  const { body } = frameContent(frame) as OutcomeMessage;
  const { tokens, firstTokens } = nothingSpent();
  const first = 'cascade' in body ? body.cascade?.first.tokens : undefined;
  return {
    failed: body.type === 'failed',
    tokens: 'tokens' in body ? body.tokens : tokens,
    firstTokens: first ?? firstTokens,
  };
}

/** The reason in a refusal of a journal. */
export const refusalIn = (frame: Uint8Array): string => (frameContent(frame) as RefusalMessage).body.reason;

/** Reads a stream of frames piece by piece, up to its first bad frame. */
export interface FrameReader {
  /** The frames that are now complete. */
  feed(bytes: Uint8Array): Frame[];
  /** Position after the last good frame, where a later read resumes. `rewind` forgets what came after it. */
  readonly position: number;
  /** A bad frame was met: what follows it is missing, for every reader. */
  readonly broken: boolean;
  /** Bytes fed but not part of a complete frame. */
  readonly pending: number;
  /** Forgets an incomplete tail, so that it can be read again from `position`. */
  rewind(): void;
}

export const frameReader = (crc32: Crc32, start = 0): FrameReader => new Reader(crc32, start);

const nothing = new Uint8Array(0);

/** A class, since V8 gives every object with accessors of its own a hidden class of its own, and there is a reader for each batch. */
class Reader implements FrameReader {
  readonly #crc32: Crc32;
  #rest: Uint8Array = nothing;
  #position: number;
  #broken = false;

  constructor(crc32: Crc32, start: number) {
    this.#crc32 = crc32;
    this.#position = start;
  }

  get position(): number {
    return this.#position;
  }

  get broken(): boolean {
    return this.#broken;
  }

  get pending(): number {
    return this.#rest.length;
  }

  rewind(): void {
    this.#rest = nothing;
  }

  feed(bytes: Uint8Array): Frame[] {
    if (this.#broken) return [];
    const buffer = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    const frames: Frame[] = [];
    let at = 0;
    for (let next = this.#frameAt(buffer, view, at); next; next = this.#frameAt(buffer, view, at)) {
      frames.push(next);
      at += next.length;
      this.#position += next.length;
    }
    // An empty view would keep the whole buffer, for as long as nothing more comes.
    this.#rest = this.#broken || at === buffer.length ? nothing : buffer.subarray(at);
    return frames;
  }

  /** The frame that begins there; null where it is not complete, and where it is bad. */
  #frameAt(buffer: Uint8Array, view: DataView, at: number): Frame | null {
    if (buffer.length - at < prefixBytes) return null;
    const length = view.getUint32(at, true);
    const end = at + prefixBytes + length;
    if (length < headBytes || length > maxLength) {
      this.#broken = true;
      return null;
    }
    if (end > buffer.length) return null;
    const kind = kinds[view.getUint8(at + 8)];
    if (kind === undefined || view.getUint32(at + 4, true) !== this.#crc32(buffer.subarray(at + prefixBytes, end))) {
      this.#broken = true;
      return null;
    }
    return {
      position: this.#position,
      length: end - at,
      kind,
      drive: view.getUint16(at + 9, true),
      shard: view.getUint32(at + 11, true),
      index: view.getUint32(at + 15, true),
      bytes: buffer.subarray(at, end),
    };
  }
}
