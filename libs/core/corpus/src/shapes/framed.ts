/** Training files of judges: the pair stands in a text, between the markers of the prompt. */
import type { Frame, Shape } from '../shape.ts';

const between = (letter: 'A' | 'B', what: string): readonly [string, string] => [
  `[The Start of Assistant ${letter}'s ${what}]`,
  `[The End of Assistant ${letter}'s ${what}]`,
];

const frameOf = (what: string, responsesAt: string, verdict?: string): Frame => ({
  question: { at: 'instruction', after: '[User Question]', before: `[The Start of Assistant A's ${what}]` },
  responses: { at: responsesAt, a: between('A', what), b: between('B', what) },
  ...(verdict === undefined ? {} : { verdict }),
});

const pair = {
  columns: ['instruction', 'output'],
  prompt: [{ kind: 'text', of: [{ at: 'framed.question' }, { at: 'input' }] }],
  responses: { kind: 'columns', at: ['framed.a', 'framed.b'] },
} as const;

export const framed: readonly Shape[] = [
  {
    ...pair,
    name: 'GRAM pre-training',
    source: 'wangclnlp/GRAM-pre-training-566k, its card: pairs without a label',
    frame: frameOf('Answer', 'output'),
    gold: { kind: 'none' },
  },
  {
    ...pair,
    name: 'GRAM fine-tuning',
    source: 'wangclnlp/GRAM-fine-tuning-65k, its card: output is the better answer',
    frame: frameOf('Answer', 'instruction', 'output'),
    gold: { kind: 'letters', at: 'framed.verdict' },
  },
  {
    ...pair,
    name: 'GRAM-RR training',
    source: 'wangclnlp/GRAM-RR-TrainingData, its card: output ends with the better response',
    frame: frameOf('Response', 'instruction', 'output'),
    gold: { kind: 'letters', at: 'framed.verdict' },
  },
];
