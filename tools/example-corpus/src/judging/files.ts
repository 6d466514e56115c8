/**
 * The corpus of examples/loops: short pairs of which it is known by construction which response follows the instruction. No instruction is in two
 * of its files:
 *
 *   rationales.jsonl    prompt, response_A, response_B, label, rationale: what a person would write about the two
 *   labelled.jsonl      the same without rationale
 *   unlabelled.jsonl    the same with neither, but for a tenth of them, whose label measures the labels of a round
 *   held-out.jsonl      labelled; what each judge is evaluated on
 */
import { Chance } from '../makers/draft.ts';
import type { Decidable, DecidableMaker } from './decidable.ts';
import { ofNumbers } from './of-numbers.ts';
import { ofWords } from './of-words.ts';

const makers: readonly DecidableMaker[] = [...ofWords, ...ofNumbers];

/** Pairs in each file; the same number of each kind. */
const sizes = { rationales: 200, labelled: 720, unlabelled: 600, heldOut: 240 } as const;

/** Name -> content; the same bytes for the same seed. Another seed gives pairs to choose settings on. */
export function judgingCorpus(seed = 20_261_127): ReadonlyMap<string, Uint8Array> {
  const chance = new Chance(seed);
  const taken = new Set<string>();
  const records = (count: number): Pair[] =>
    chance.shuffle(Array.from({ length: count }, (_, index) => fresh(chance, taken, index))).map(pair(chance));
  const file = (prefix: string, pairs: readonly Pair[], fields: (pair: Pair, index: number) => object): Uint8Array =>
    Buffer.from(
      pairs
        .map((made, index) => `${JSON.stringify({ id: `${prefix}-${index + 1}`, ...fields(made, index) })}\n`)
        .join(''),
    );
  return new Map([
    ['held-out.jsonl', file('held-out', records(sizes.heldOut), ({ rationale, ...labelled }) => labelled)],
    ['rationales.jsonl', file('rationale', records(sizes.rationales), (whole) => whole)],
    ['labelled.jsonl', file('labelled', records(sizes.labelled), ({ rationale, ...labelled }) => labelled)],
    ['unlabelled.jsonl', file('unlabelled', records(sizes.unlabelled), shown)],
  ]);
}

interface Pair {
  readonly prompt: string;
  readonly response_A: string;
  readonly response_B: string;
  readonly kind: string;
  readonly label: 'A>B' | 'B>A';
  readonly rationale: string;
}

/** Every tenth pair keeps its label. */
const shown = ({ rationale, label, ...bare }: Pair, index: number): object =>
  index % 10 === 0 ? { ...bare, label } : bare;

function fresh(chance: Chance, taken: Set<string>, turn: number): Decidable {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const made = makers[turn % makers.length]?.(chance);
    if (!made || taken.has(made.prompt)) continue;
    taken.add(made.prompt);
    return made;
  }
  throw new Error('the makers are used up: ask for fewer pairs or write more of them');
}

const pair =
  (chance: Chance) =>
  ({ kind, prompt, asked, right, wrong }: Decidable): Pair => {
    const rightIsFirst = chance.next() < 0.5;
    const [first, second] = rightIsFirst ? [right, wrong] : [wrong, right];
    return {
      prompt,
      response_A: first.text,
      response_B: second.text,
      kind,
      label: rightIsFirst ? 'A>B' : 'B>A',
      rationale: `The instruction asks for ${asked}. Response 1 ${first.fact} Response 2 ${second.fact}`,
    };
  };
