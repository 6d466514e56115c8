/** Where things are in the folder of a loop. */
import type { LoopSpec } from '@proofmill/contract';

/** Round 0, the rounds that label, and the last fine-tuning, whose number follows that of the last round. */
export interface Round {
  readonly number: number;
  readonly step: 'start' | 'round' | 'final';
}

export const loopPaths = {
  loop: 'LOOP.json',
  /** When a step began and how long it took: for people, and for nothing else. */
  log: 'log.jsonl',
  /** What trainers and servers print. */
  logs: 'logs',
} as const;

export const roundFolder = ({ number, step }: Round): string =>
  step === 'final' ? 'final' : `round-${String(number).padStart(3, '0')}`;

export const roundPath = (round: Round): string => `${roundFolder(round)}/ROUND.json`;

/** The rounds of a loop in their order. */
export function roundsOf({ rounds, final }: Pick<LoopSpec, 'rounds' | 'final'>): Round[] {
  return [
    { number: 0, step: 'start' },
    ...Array.from({ length: rounds }, (_, index): Round => ({ number: index + 1, step: 'round' })),
    ...(final ? [{ number: rounds + 1, step: 'final' } as const] : []),
  ];
}
