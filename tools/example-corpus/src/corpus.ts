/**
 * The files of the example corpus:
 *
 *   pairs.jsonl          question, response_A, response_B, label; a few lines are broken on purpose, a few responses hostile
 *   more-pairs.jsonl.gz  prompt (text or messages), chosen, rejected
 *   best-of-n.jsonl      prompt, responses (four), label
 *
 * By construction it is known which response is better, and why: `explanation` has the reason. The simulated judge reads the truth
 * from these files; a real judge never sees label or explanation.
 */
import { gzipSync } from 'node:zlib';
import { broken } from './broken.ts';
import { arithmetic } from './makers/arithmetic.ts';
import { discount } from './makers/best-of-n.ts';
import { code } from './makers/code.ts';
import { dates } from './makers/dates.ts';
import { Chance, type Draft, type Maker } from './makers/draft.ts';
import { facts } from './makers/facts.ts';
import { hostile } from './makers/hostile.ts';
import { instructions } from './makers/instructions.ts';
import { refusals } from './makers/refusals.ts';
import { units } from './makers/units.ts';

const seed = 20_260_701;
const severalCount = 40;

/** How many pairs of each kind the first and the second file have. */
const kinds: readonly (readonly [makers: readonly Maker[], first: number, second: number])[] = [
  [arithmetic, 105, 20],
  [units, 85, 15],
  [dates, 90, 15],
  [facts, 100, 20],
  [code, 90, 15],
  [instructions, 100, 20],
  [refusals, 70, 15],
];

/** Name -> content; the same bytes each time. Each file continues the random sequence of the previous one. */
export function exampleCorpus(): ReadonlyMap<string, Uint8Array> {
  const chance = new Chance(seed);
  const [first, second] = draftsOf(chance);
  const text = (lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\n')}\n`);
  return new Map([
    ['pairs.jsonl', text(pairLines(chance, first))],
    ['more-pairs.jsonl.gz', packed(text(chosenLines(chance, second)))],
    ['best-of-n.jsonl', text(severalLines(chance))],
  ]);
}

/** The pairs of the first and the second file, all different. */
function draftsOf(chance: Chance): [first: Draft[], second: Draft[]] {
  const taken = new Set<string>();
  const fresh = (makers: readonly Maker[], turn: number): Draft => {
    for (let attempt = 0; attempt < 1000; attempt++) {
      const draft = makers[turn % makers.length]?.(chance);
      if (!draft || draft.better === draft.worse) continue;
      const key = `${draft.question}\n${[draft.better, draft.worse].sort().join('\n')}`;
      if (taken.has(key)) continue;
      taken.add(key);
      return draft;
    }
    throw new Error('the templates are used up: ask for fewer pairs or write more of them');
  };
  const first: Draft[] = [...hostile];
  const second: Draft[] = [];
  for (const [makers, firstCount, secondCount] of kinds) {
    for (let turn = 0; turn < firstCount; turn++) first.push(fresh(makers, turn));
    for (let turn = 0; turn < secondCount; turn++) second.push(fresh(makers, turn));
  }
  return [first, second];
}

function pairLines(chance: Chance, first: readonly Draft[]): string[] {
  const drafts = chance.shuffle(first);
  // Half of the labels are for each side, whatever their number.
  const sides = chance.shuffle(drafts.map((_, index) => index % 2 === 0));
  const lines = drafts.map(({ question, better, worse, kind, explanation }, index) => {
    const betterIsA = sides[index] ?? true;
    return JSON.stringify({
      id: `ex-${String(index + 1).padStart(4, '0')}`,
      question,
      response_A: betterIsA ? better : worse,
      response_B: betterIsA ? worse : better,
      label: betterIsA ? 'A>B' : 'B>A',
      source: kind,
      explanation,
    });
  });
  broken.forEach((line, index) => {
    lines.splice(41 + index * 103, 0, line);
  });
  return lines;
}

const chosenLines = (chance: Chance, second: readonly Draft[]): string[] =>
  chance.shuffle(second).map(({ question, better, worse, explanation }) => {
    const prompt = promptOf(chance, question);
    return JSON.stringify({ prompt, chosen: better, rejected: worse, explanation });
  });

const openers: readonly (readonly [user: string, assistant: string])[] = [
  ['Hi! Are you there?', "Yes, I'm here. What can I do for you?"],
  ['I have a few short questions today.', 'Go ahead, one at a time is fine.'],
  ['Thanks, that helped a lot.', "You're welcome! Is there anything else?"],
];

/** The question in a form that exports have: as text, as one message, or at the end of a conversation. */
function promptOf(chance: Chance, question: string): string | { role: string; content: string }[] {
  const user = { role: 'user', content: question };
  const shape = chance.between(0, 5);
  if (shape === 0) return [user];
  if (shape === 1) return [{ role: 'system', content: 'You are a concise and honest assistant.' }, user];
  if (shape > 2) return question;
  const [opener, reply] = chance.pick(openers);
  return [{ role: 'user', content: opener }, { role: 'assistant', content: reply }, user];
}

const severalLines = (chance: Chance): string[] =>
  Array.from({ length: severalCount }, (_, index) => {
    const { question, responses, best } = discount(chance);
    return JSON.stringify({ id: `several-${index + 1}`, prompt: question, responses, label: 'ABCD'[best] });
  });

/** Node writes no time into the header. The byte for the operating system is fixed, so that all machines give the same bytes. */
function packed(content: Uint8Array): Uint8Array {
  const bytes = gzipSync(content, { level: 9 });
  bytes[9] = 255;
  return bytes;
}
