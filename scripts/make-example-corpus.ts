// `node scripts/make-example-corpus.ts [FOLDER]`: writes the example corpus, byte for byte the same each time.
//
// pairs.jsonl          question, response_A, response_B, label; a few lines are broken on purpose, a few responses hostile
// more-pairs.jsonl.gz  prompt (text or messages), chosen, rejected
// best-of-n.jsonl      prompt, responses (four), label
//
// Better and worse are known by construction, and so is the reason, in `explanation`. The simulated judge reads these files
// to know the truth; a real judge never sees label or explanation.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { arithmetic } from './example-corpus/arithmetic.ts';
import { discount } from './example-corpus/best-of-n.ts';
import { code } from './example-corpus/code.ts';
import { dates } from './example-corpus/dates.ts';
import { Chance, type Draft, type Maker } from './example-corpus/draft.ts';
import { facts } from './example-corpus/facts.ts';
import { hostile } from './example-corpus/hostile.ts';
import { instructions } from './example-corpus/instructions.ts';
import { refusals } from './example-corpus/refusals.ts';
import { units } from './example-corpus/units.ts';

const seed = 20_260_701;
const folder = process.argv[2] ?? join(import.meta.dirname, '../examples/corpus');

/** How many pairs of a kind go to the first and the second file. */
const kinds: readonly (readonly [makers: readonly Maker[], first: number, second: number])[] = [
  [arithmetic, 105, 20],
  [units, 85, 15],
  [dates, 90, 15],
  [facts, 100, 20],
  [code, 90, 15],
  [instructions, 100, 20],
  [refusals, 70, 15],
];

const chance = new Chance(seed);
const taken = new Set<string>();

/** A pair that there is not yet; makers are asked in turn. */
function fresh(makers: readonly Maker[], turn: number): Draft {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const draft = makers[turn % makers.length]?.(chance);
    if (!draft || draft.better === draft.worse) continue;
    const key = `${draft.question}\n${[draft.better, draft.worse].sort().join('\n')}`;
    if (taken.has(key)) continue;
    taken.add(key);
    return draft;
  }
  throw new Error('the templates are used up: ask for fewer pairs or write more of them');
}

const first: Draft[] = [...hostile];
const second: Draft[] = [];
for (const [makers, firstCount, secondCount] of kinds) {
  for (let turn = 0; turn < firstCount; turn++) first.push(fresh(makers, turn));
  for (let turn = 0; turn < secondCount; turn++) second.push(fresh(makers, turn));
}

const drafts = chance.shuffle(first);
// Half of the labels each way, whatever the number.
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

/** Records as they go wrong in real exports. Each costs itself, with a class and its line, and no other. */
const broken: readonly string[] = [
  '{"id":"bad-1","question":"What is the boiling point of water at sea level?","response_A":"100 °C","respon',
  JSON.stringify({
    id: 'bad-2',
    question: 'Name a noble gas.',
    response_A: 'Neon is one.',
    label: 'A>B',
    source: 'facts',
  }),
  JSON.stringify({
    id: 'bad-3',
    question: 'Name a prime number above 10.',
    responses: [],
    label: 'A>B',
    source: 'facts',
  }),
  JSON.stringify({
    id: 'bad-4',
    question: 'What is 2 + 2?',
    response_A: '4',
    response_B: '5',
    label: 'C',
    source: 'arithmetic',
  }),
  JSON.stringify(['id', 'question', 'response_A', 'response_B', 'label']),
  JSON.stringify({ id: 'bad-6', question: '', response_A: 'Yes.', response_B: 'No.', label: 'B>A', source: 'facts' }),
];
broken.forEach((line, index) => {
  lines.splice(41 + index * 103, 0, line);
});

const openers: readonly (readonly [user: string, assistant: string])[] = [
  ['Hi! Are you there?', "Yes, I'm here. What can I do for you?"],
  ['I have a few short questions today.', 'Go ahead, one at a time is fine.'],
  ['Thanks, that helped a lot.', "You're welcome! Is there anything else?"],
];

/** The question as people export it: as text, as one message, or at the end of a conversation. */
function promptOf(question: string): string | { role: string; content: string }[] {
  const user = { role: 'user', content: question };
  const shape = chance.between(0, 5);
  if (shape === 0) return [user];
  if (shape === 1) return [{ role: 'system', content: 'You are a concise and honest assistant.' }, user];
  if (shape > 2) return question;
  const [before, reply] = chance.pick(openers);
  return [{ role: 'user', content: before }, { role: 'assistant', content: reply }, user];
}

const moreLines = chance
  .shuffle(second)
  .map(({ question, better, worse, explanation }) =>
    JSON.stringify({ prompt: promptOf(question), chosen: better, rejected: worse, explanation }),
  );

const severalLines = Array.from({ length: 40 }, (_, index) => {
  const { question, responses, best } = discount(chance);
  return JSON.stringify({ id: `several-${index + 1}`, prompt: question, responses, label: best });
});

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'best-of-n.jsonl'), `${severalLines.join('\n')}\n`);
writeFileSync(join(folder, 'pairs.jsonl'), `${lines.join('\n')}\n`);
// Node writes no time into the header; the byte that names the operating system is set, so that every machine agrees.
const packed = gzipSync(`${moreLines.join('\n')}\n`, { level: 9 });
packed[9] = 255;
writeFileSync(join(folder, 'more-pairs.jsonl.gz'), packed);
console.log(
  `seed ${seed}: ${lines.length} lines (${broken.length} broken), ${moreLines.length} more, and ${severalLines.length} with four responses, in ${folder}`,
);
