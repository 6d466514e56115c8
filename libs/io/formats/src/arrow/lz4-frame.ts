/** Decodes LZ4 frames: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md. */

const magic = 0x184d2204;
const storedBit = 0x80000000;

/** The content of a frame. Throws RangeError where it is damaged. */
export function lz4Frame(frame: Uint8Array): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== magic) throw new RangeError('this is no LZ4 frame');
  const flags = view.getUint8(4);
  const hasBlockChecksums = (flags & 0x10) !== 0;
  const hasContentSize = (flags & 0x08) !== 0;
  const hasDictionary = (flags & 0x01) !== 0;
  if (hasDictionary) throw new RangeError('the LZ4 frame needs a dictionary');
  let at = 7 + (hasContentSize ? 8 : 0);
  const output = new Output(hasContentSize ? Number(view.getBigUint64(6, true)) : frame.length * 4);
  for (;;) {
    const size = view.getUint32(at, true);
    at += 4;
    if (size === 0) return output.bytes();
    const length = size & ~storedBit;
    if (at + length > frame.length) throw new RangeError('the LZ4 frame is cut short');
    const block = frame.subarray(at, at + length);
    if ((size & storedBit) !== 0) output.append(block);
    else decodeBlock(block, output);
    at += length + (hasBlockChecksums ? 4 : 0);
  }
}

/** What was decoded so far: blocks may refer to the blocks before them. */
class Output {
  #bytes: Uint8Array;
  #length = 0;

  constructor(expected: number) {
    this.#bytes = new Uint8Array(Math.max(64, Math.min(expected, 1 << 28)));
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  append(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Repeats `length` bytes from `distance` back, which may overlap with what they make. */
  repeat(distance: number, length: number): void {
    if (distance === 0 || distance > this.#length) throw new RangeError('the LZ4 frame refers to what is not there');
    this.#room(length);
    const from = this.#length - distance;
    if (distance >= length) this.#bytes.copyWithin(this.#length, from, from + length);
    else for (let at = 0; at < length; at += 1) this.#bytes[this.#length + at] = this.#bytes[from + at] ?? 0;
    this.#length += length;
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    larger.set(this.bytes());
    this.#bytes = larger;
  }
}

function decodeBlock(block: Uint8Array, output: Output): void {
  let at = 0;
  const byte = (): number => {
    const value = block[at];
    if (value === undefined) throw new RangeError('an LZ4 block is cut short');
    at += 1;
    return value;
  };
  const longer = (start: number): number => {
    let length = start;
    if (start === 15) {
      let more = 255;
      while (more === 255) {
        more = byte();
        length += more;
      }
    }
    return length;
  };
  while (at < block.length) {
    const token = byte();
    const literals = longer(token >> 4);
    if (at + literals > block.length) throw new RangeError('an LZ4 block is cut short');
    output.append(block.subarray(at, at + literals));
    at += literals;
    // The last sequence of a block has literals only.
    if (at === block.length) return;
    const distance = byte() | (byte() << 8);
    output.repeat(distance, longer(token & 15) + 4);
  }
}
