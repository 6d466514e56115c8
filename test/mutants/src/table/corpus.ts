import { mutantsOf } from '../mutant.ts';

const folder = 'libs/core/corpus/src';
const conversations = { file: `${folder}/conversations.test.ts` };
const messages = { file: `${folder}/messages.test.ts` };
const gold = { file: `${folder}/gold.test.ts` };
const shapes = { file: `${folder}/shapes.test.ts` };
const lost = { file: `${folder}/nothing-lost.test.ts` };

export const corpus = mutantsOf('corpus', [
  {
    name: 'prompt-wins',
    breaks: 'A prompt that is a part of the conversation replaces all of it.',
    file: `${folder}/conversation/whole.ts`,
    from: 'if (holds(conversation, asked)) return [...system, ...body];',
    to: 'if (holds(conversation, asked)) return [...system, ...asked, ...body.slice(-1)];',
    suite: conversations,
  },
  {
    name: 'calls-dropped',
    breaks: 'The tool calls of a message are dropped, so two calls that differ are one answer.',
    file: `${folder}/conversation/content.ts`,
    from: "if (!leftOut.has('tool_calls')) for",
    to: 'if (leftOut.size > 99) for',
    suite: messages,
  },
  {
    name: 'unseen-column',
    breaks: 'A column that holds a part of the conversation is dropped silently.',
    file: `${folder}/unseen.ts`,
    from: 'if (unseen === undefined) return unused;',
    to: 'if (unseen !== null) return unused;',
    suite: lost,
  },
  {
    name: 'any-order-of-shapes',
    breaks: 'A record of two data sets is read as the one that comes first in the table.',
    file: `${folder}/choose.ts`,
    from: 'if (specific.length < 2) return specific[0];',
    to: 'if (specific.length < 99) return specific[0];',
    suite: shapes,
  },
  {
    name: 'inverted-shp',
    breaks: 'The labels of SHP are taken for indexes, and every one names the worse response.',
    file: `${folder}/shapes/comparisons.ts`,
    from: "gold: { kind: 'values', at: 'labels', values: { 1: 0, 0: 1 } }",
    to: "gold: { kind: 'values', at: 'labels', values: { 1: 1, 0: 0 } }",
    suite: shapes,
  },
  {
    name: 'number-is-an-index',
    breaks: 'A number in a label that nobody has explained is taken for an index.',
    file: `${folder}/gold.ts`,
    from: "if (typeof label !== 'string') return undefined;",
    to: "if (typeof label === 'number') return label;\n  if (typeof label !== 'string') return undefined;",
    suite: gold,
  },
  {
    name: 'tie-is-the-first',
    breaks: 'A tie on a scale names the first response.',
    file: `${folder}/gold.ts`,
    from: 'return number === middle ? [0, 1] : [number < middle ? 0 : 1];',
    to: 'return [number <= middle ? 0 : 1];',
    suite: gold,
  },
  {
    name: 'first-of-the-best',
    breaks: 'Of several best ratings the first one wins.',
    file: `${folder}/gold.ts`,
    from: 'return [...numbers.keys()].filter((index) => numbers[index] === top);',
    to: 'return [numbers.indexOf(top)];',
    suite: gold,
  },
  {
    name: 'id-as-javascript-writes-it',
    breaks: 'An id of 0.10 is 0.1 in the rows, and its user does not find it in the corpus.',
    file: `${folder}/recognise.ts`,
    from: "if (typeof value === 'number') return written?.at(field) ?? String(value);",
    to: "if (typeof value === 'number') return String(value);",
    suite: { file: `${folder}/recognise.test.ts` },
  },
  {
    name: 'gold-tie-is-compared',
    breaks: 'A gold label that calls all responses equal agrees with any winner.',
    file: 'libs/core/stats/src/gold.ts',
    from: 'best.length > 0 && best.length < row.responses.length',
    to: 'best.length > 0',
    suite: { file: 'libs/core/stats/src/totals.test.ts' },
  },
]);
