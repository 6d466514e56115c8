/** The plan of faults: which jobs there are, and what happens to each of them when. The same seed gives the same plan. */
import { chanceOf } from '@proofmill/test-kit';
import { allKinds, isEngineFault, type Kind } from './kinds.ts';

export interface Fault {
  readonly kind: Kind;
  /** The moment, as a share of what an undisturbed run asks its engine for: a busy machine does not shift it. */
  readonly at: number;
  /** Of `restore nats`: the moment of the copy. */
  readonly copyAt: number | null;
  /** Of what is left to chance: the victim, the place of the damage, durations. */
  readonly seed: number;
}

export interface JobPlan {
  /** From 1. */
  readonly number: number;
  readonly place: 'folder' | 's3';
  readonly workers: number;
  /** Whether idle workers take over open items of others. */
  readonly takeOver: boolean;
  /** In the order of their moments. */
  readonly faults: readonly Fault[];
}

export interface PlanOptions {
  readonly seed: number;
  /** Faults in all. */
  readonly faults: number;
  /** Whether every other job has its output in an object store. */
  readonly hasS3: boolean;
  /** Default: all. */
  readonly kinds?: readonly Kind[];
}

const fewest = 3;
const most = 6;
const mostEngineFaults = 2;
const firstMoment = 0.02;
const lastMoment = 0.94;

export function planOf({ seed, faults, hasS3, kinds = allKinds }: PlanOptions): JobPlan[] {
  const chance = chanceOf(seed);
  const deck = deckOf(kinds, chance);
  const jobs: JobPlan[] = [];
  for (let left = faults; left > 0; ) {
    const place = hasS3 && jobs.length % 2 === 1 ? 's3' : 'folder';
    const count = Math.min(left, fewest + Math.floor(chance() * (most - fewest + 1)));
    const drawn: Kind[] = [];
    while (drawn.length < count) drawn.push(deck((kind) => mayFollow(kind, drawn, place)));
    jobs.push({
      number: jobs.length + 1,
      place,
      workers: 1 + Math.floor(chance() * 2),
      takeOver: chance() < 1 / 3,
      faults: atMoments(drawn, chance),
    });
    left -= count;
  }
  return jobs;
}

function mayFollow(kind: Kind, drawn: readonly Kind[], place: JobPlan['place']): boolean {
  if (kind === 's3 swallows') return place === 's3';
  return !isEngineFault(kind) || drawn.filter(isEngineFault).length < mostEngineFaults;
}

/** Draws kinds like cards, so that each comes as often as any other. Cards that may not follow stay for the next draw. */
function deckOf(kinds: readonly Kind[], chance: () => number): (mayBe: (kind: Kind) => boolean) => Kind {
  let cards: Kind[] = [];
  return (mayBe) => {
    if (!cards.some(mayBe)) cards = [...cards, ...shuffled(kinds, chance)];
    const position = cards.findIndex(mayBe);
    const [card] = cards.splice(position, 1);
    if (position === -1 || card === undefined) throw new RangeError('no kind of fault may follow');
    return card;
  };
}

function shuffled<T>(values: readonly T[], chance: () => number): T[] {
  const keyed = values.map((value) => ({ value, key: chance() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value);
}

function atMoments(drawn: readonly Kind[], chance: () => number): Fault[] {
  const moments = drawn.map(() => firstMoment + (lastMoment - firstMoment) * chance()).sort((a, b) => a - b);
  return drawn.map((kind, index) => {
    const at = moments[index] ?? firstMoment;
    return {
      kind,
      at,
      copyAt: kind === 'restore nats' ? at * chance() : null,
      seed: Math.floor(chance() * 2 ** 31),
    };
  });
}

/** `kill worker 0.21, wipe nats 0.64` */
export const faultsText = (faults: readonly Fault[]): string =>
  faults.map(({ kind, at }) => `${kind} ${at.toFixed(2)}`).join(', ');

/** `job 3: folder, 2 workers, take-over` */
export const jobText = ({ number, place, workers, takeOver }: JobPlan): string =>
  [
    `job ${number}: ${place}`,
    workers === 1 ? '1 worker' : `${workers} workers`,
    ...(takeOver ? ['take-over'] : []),
  ].join(', ');
