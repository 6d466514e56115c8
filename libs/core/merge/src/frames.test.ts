import { crc32 } from 'node:zlib';
import { bounds, type OutcomeMessage, type RefusalMessage } from '@proofmill/contract';
import { chanceOf, seedNote, testSeed } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { encodeFrame, type Frame, frameContent, frameReader, refusalIn } from './index.ts';

const sum = (bytes: Uint8Array): number => crc32(bytes);

const outcomeOf = (index: number, message = `text ${index} é😀`): OutcomeMessage => ({
  v: 1,
  run: 'job-label-00000000',
  shard: 70_000,
  index,
  itemDigest: 'd'.repeat(64),
  body: {
    type: 'failed',
    class: 'timeout',
    message,
    answers: [],
    finishReasons: [],
    votes: [],
    tokens: { prompt: 1, completion: 2 },
  },
});
const suspectOf = (index: number, drive: number, more: { readonly alone?: true } = {}): OutcomeMessage => ({
  ...outcomeOf(index),
  body: { type: 'suspect', drive, ...more },
});

/** What a frame says, with its content read at once: its bytes may change at the next feed. */
const comparable = (frame: Frame) => ({ ...frame, bytes: undefined, content: frameContent(frame.bytes) });

const stream = (outcomes: readonly OutcomeMessage[]): Buffer =>
  Buffer.concat(outcomes.map((one) => encodeFrame(one, sum)));

describe('a frame', () => {
  it('decodes to what was encoded, with shard, index and drive in its head', () => {
    for (const outcome of [outcomeOf(0), outcomeOf(0xffff_ffff), suspectOf(7, 1), suspectOf(7, 0xffff)]) {
      const bytes = encodeFrame(outcome, sum);
      const [frame, ...more] = frameReader(sum).feed(bytes);
      expect(more).toEqual([]);
      expect(frame).toMatchObject({
        position: 0,
        length: bytes.length,
        shard: outcome.shard,
        index: outcome.index,
        kind: outcome.body.type === 'suspect' ? 'suspicion' : 'outcome',
        drive: outcome.body.type === 'suspect' ? outcome.body.drive : 0,
      });
      expect(frameContent(frame?.bytes ?? new Uint8Array())).toEqual(outcome);
    }
  });

  it('says in its head with which drive an outcome was sent, and which drive was refused', () => {
    const { body: _body, ...address } = outcomeOf(7);
    const refusal: RefusalMessage = { ...address, body: { type: 'refused', drive: 4, reason: 'is no outcome' } };
    const frames = frameReader(sum).feed(
      Buffer.concat([encodeFrame(outcomeOf(7), sum, 3), encodeFrame(refusal, sum, 9)]),
    );
    expect(frames.map(({ kind, drive }) => [kind, drive])).toEqual([
      ['outcome', 3],
      ['refusal', 4],
    ]);
    expect(refusalIn(frames[1]?.bytes ?? new Uint8Array())).toBe('is no outcome');
  });

  it('says in its head whether the engine had nothing but a suspect', () => {
    const kinds = [suspectOf(1, 2), suspectOf(1, 2, { alone: true })].map(
      (message) => frameReader(sum).feed(encodeFrame(message, sum))[0]?.kind,
    );
    expect(kinds).toEqual(['suspicion', 'sole-suspicion']);
  });

  it('clamps a drive that its head cannot hold', () => {
    expect(frameReader(sum).feed(encodeFrame(suspectOf(1, 70_000), sum))[0]?.drive).toBe(0xffff);
    expect(frameReader(sum).feed(encodeFrame(outcomeOf(1), sum, 70_000))[0]?.drive).toBe(0xffff);
  });

  it('holds an outcome up to the bound, and refuses a larger one', () => {
    const room = bounds.outcomeBytes - Buffer.byteLength(JSON.stringify(outcomeOf(1, '')));
    const largest = outcomeOf(1, 'x'.repeat(room));
    expect(frameReader(sum).feed(encodeFrame(largest, sum))).toHaveLength(1);
    expect(() => encodeFrame(outcomeOf(1, 'x'.repeat(room + 1)), sum)).toThrow(RangeError);
  });
});

describe('reading frames', () => {
  const outcomes = Array.from({ length: 40 }, (_, index) =>
    index % 5 === 4 ? suspectOf(index, index) : outcomeOf(index, 'x'.repeat((index * 37) % 400)),
  );
  const whole = stream(outcomes);
  const expected = frameReader(sum).feed(whole).map(comparable);

  it('gives every frame with its place', () => {
    expect(expected.map(({ content }) => content)).toEqual(outcomes);
    let position = 0;
    for (const frame of expected) {
      expect(frame.position).toBe(position);
      position += frame.length;
    }
    expect(position).toBe(whole.length);
  });

  it('gives the same frames whatever the pieces of the stream', () => {
    const chance = chanceOf(testSeed);
    for (let round = 0; round < 100; round += 1) {
      const about = `${seedNote}, round ${round}`;
      const largest = 1 + Math.floor(chance() ** 3 * 3000);
      const reader = frameReader(sum);
      const frames = [];
      for (let at = 0; at < whole.length; ) {
        const end = at + Math.floor(chance() * (largest + 1));
        for (const frame of reader.feed(whole.subarray(at, end))) frames.push(comparable(frame));
        at = Math.min(end, whole.length);
      }
      expect(frames, about).toEqual(expected);
      expect([reader.position, reader.pending, reader.broken], about).toEqual([whole.length, 0, false]);
    }
  });

  it('counts positions from where it started', () => {
    const [first] = frameReader(sum, 1000).feed(whole);
    expect(first?.position).toBe(1000);
  });

  it('never gives anything wrong when a byte is flipped, and nothing after the bad frame', () => {
    const few = stream(outcomes.slice(3, 7));
    const good = frameReader(sum).feed(few).map(comparable);
    for (let at = 0; at < few.length; at += 1) {
      for (const bit of [1, 16, 128]) {
        const bad = Buffer.from(few);
        bad.writeUInt8(bad.readUInt8(at) ^ bit, at);
        const reader = frameReader(sum);
        const frames = reader.feed(bad).map(comparable);
        const sound = good.filter((frame) => frame.position + frame.length <= at);
        expect(frames, `bit ${bit} of byte ${at}`).toEqual(sound);
        expect(reader.position, `bit ${bit} of byte ${at}`).toBe(sound.reduce((end, { length }) => end + length, 0));
        expect(reader.broken || reader.pending > 0, `bit ${bit} of byte ${at}`).toBe(true);
        if (reader.broken) expect(reader.feed(few), 'it stays broken').toEqual([]);
      }
    }
  });

  it('stops at a length that no frame has, without waiting for its bytes', () => {
    for (const length of [0, 10, bounds.outcomeBytes + 12, 0xffff_ffff]) {
      const reader = frameReader(sum);
      const head = Buffer.alloc(8);
      head.writeUInt32LE(length);
      expect(reader.feed(Buffer.concat([stream([outcomeOf(1)]), head]))).toHaveLength(1);
      expect(reader.broken, `${length}`).toBe(true);
      expect(reader.pending).toBe(0);
    }
  });

  it('stops at a frame of an unknown kind, though its sum is right', () => {
    const frame = Buffer.from(encodeFrame(outcomeOf(1), sum));
    frame.writeUInt8(9, 8);
    frame.writeUInt32LE(sum(frame.subarray(8)), 4);
    const reader = frameReader(sum);
    expect(reader.feed(frame)).toEqual([]);
    expect(reader.broken).toBe(true);
  });

  it('waits at a torn tail, and reads it again from its position after a rewind', () => {
    const two = stream(outcomes.slice(0, 2));
    const firstLength = expected[0]?.length ?? 0;
    for (let cut = firstLength; cut < two.length; cut += 1) {
      const reader = frameReader(sum);
      expect(reader.feed(two.subarray(0, cut))).toHaveLength(1);
      expect([reader.position, reader.pending, reader.broken]).toEqual([firstLength, cut - firstLength, false]);
      reader.rewind();
      expect(reader.pending).toBe(0);
      expect(reader.feed(two.subarray(reader.position)).map(comparable)).toEqual(expected.slice(1, 2));
    }
  });
});
