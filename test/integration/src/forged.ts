/** Outcomes that an intruder might send to partition 0. They are about shard 2, which stays open for long. */
import { crc32 } from 'node:zlib';
import type { ItemReport, OutcomeMessage } from '@proofmill/contract';
import { encodeFrame } from '@proofmill/merge';

export interface Forged {
  readonly flaw: string;
  readonly bytes: Uint8Array;
}

export function forgedOutcomes(run: string): Forged[] {
  const failed: ItemReport = {
    type: 'failed',
    class: 'engine-error',
    message: 'forged',
    answers: [],
    finishReasons: [],
    votes: [],
    tokens: { prompt: 0, completion: 0 },
  };
  const honest: OutcomeMessage = { v: 1, run, shard: 2, index: 0, itemDigest: 'f'.repeat(64), body: failed };
  const frame = (changes: Partial<OutcomeMessage>): Uint8Array => encodeFrame({ ...honest, ...changes }, crc32);
  const label = {
    tie: false,
    confidence: 0.75,
    confidenceOf: 'votes' as const,
    rationale: null,
    ranking: null,
    scores: null,
  };
  const votes = [{ order: [0, 1], seed: 0, first: 1, second: 0, tie: 0, invalid: 0, probabilities: null }];
  const labelled = (winner: number, order = [0, 1]): ItemReport => ({
    type: 'done',
    label: { ...label, winner, votes: votes.map((vote) => ({ ...vote, order })) },
    tokens: { prompt: 0, completion: 0 },
  });
  const damaged = frame({});
  damaged[30] = (damaged[30] ?? 0) ^ 1;
  return [
    { flaw: 'another run', bytes: frame({ run: 'other-label-00000000' }) },
    { flaw: 'a wrong digest', bytes: frame({}) },
    { flaw: 'an index out of range', bytes: frame({ index: 1_000_000 }) },
    { flaw: 'a shard that is not planned', bytes: frame({ shard: 98 }) },
    { flaw: 'another partition', bytes: frame({ shard: 1 }) },
    { flaw: 'a winner that was never shown', bytes: frame({ body: labelled(7) }) },
    { flaw: 'an order that shows a response twice', bytes: frame({ body: labelled(0, [0, 0]) }) },
    { flaw: 'a damaged frame', bytes: damaged },
    { flaw: 'garbage', bytes: new TextEncoder().encode('this is no frame, whatever it says') },
  ];
}
