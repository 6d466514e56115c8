/** Definitions, engines and a loop for the tests of this package. */
import {
  type AskedLine,
  type ChatRequest,
  type DoneOutcome,
  type EngineRequest,
  type FailedOutcome,
  itemDigest,
  keepEverything,
  type LabelDefinition,
  type Profile,
  type StageDefinition,
} from '@proofmill/contract';
import { chanceOf, judgeProfile } from '@proofmill/test-kit';
import { askerOf } from './asker.ts';
import type { Ask, Reply } from './asking/question.ts';
import { readReport } from './fit/read-report.ts';

export const profileWith = (more: object = {}): Profile =>
  judgeProfile({
    messages: [{ role: 'user', template: '{{ response_a }}/{{ response_b }}' }],
    parse: { rule: 'tagged', tag: 'answer', verdicts: { A: 'first', B: 'second', C: 'tie' } },
    ...more,
  });

export const labelDefinition = (
  votes: Partial<LabelDefinition['votes']> = {},
  more: Partial<LabelDefinition> = {},
): LabelDefinition => ({
  kind: 'label',
  name: 'label',
  profile: profileWith(),
  engine: { model: 'm', revision: null },
  sampling: { temperature: 0.5, topP: 0.8, maxTokens: 99, seed: 3 },
  votes: { max: 1, orders: 'alternate', stop: 'none', reasks: 2, logprobs: false, ...votes },
  ranking: 'knockout',
  keep: keepEverything,
  first: null,
  ...more,
});

export function lineOf(responses: string[], question = 'q'): AskedLine {
  const prompt = [{ role: 'user', content: question }];
  const item = { sourceId: null, source: { file: 'f', line: 1 }, prompt, responses, gold: null };
  return { ask: true, index: 0, digest: itemDigest(item), item, prior: null };
}

/** An engine's reply to a request. */
export type Answers = (request: EngineRequest) => Reply;

/** An engine whose answers are a function of the prompt and the seed, as a real one's are. */
export const chatAnswers =
  (says: (prompt: string, seed: number) => string): Answers =>
  (request) => {
    if (request.kind !== 'chat') throw new Error(`a request of kind ${request.kind}`);
    const prompt = request.messages[0]?.content ?? '';
    const choices = Array.from({ length: request.n }, (_, offset) => ({
      content: says(prompt, request.seed + offset),
      reasoning: '',
      finishReason: 'stop',
    }));
    return { kind: 'chat', model: 'm', choices, promptTokens: 7, completionTokens: 3 * request.n };
  };

export const verdict = (letter: string, why = 'because'): string => `<think>${why}</think><answer>${letter}</answer>`;

export interface Trial {
  readonly outcome: DoneOutcome | FailedOutcome;
  /** In the order they were answered. */
  readonly asks: readonly Ask[];
  readonly sent: readonly EngineRequest[];
  /** Number of answers asked for in each round. */
  readonly rounds: readonly number[];
}

interface TrialOptions {
  readonly maxAnswers?: number;
  /** Draws the ask to answer next. By default they are answered in turn. */
  readonly chance?: () => number;
}

/** Asks to the end. The outcome is one that collectors take, whatever the engine said: otherwise it would be asked for again. */
export function trial(
  definition: StageDefinition,
  line: AskedLine,
  answers: Answers,
  { maxAnswers = 64, chance = () => 0 }: TrialOptions = {},
): Trial {
  const asking = askerOf(definition)(line);
  const asks: Ask[] = [];
  const rounds: number[] = [];
  while (rounds.length < 1000) {
    const step = asking.next(maxAnswers);
    if ('outcome' in step) {
      const read = readReport(definition, line.item.responses.length, step.outcome);
      if ('why' in read) throw new Error(`the outcome ${read.why}`);
      return { outcome: step.outcome, asks, sent: asks.map(({ request }) => request), rounds };
    }
    rounds.push(step.asks.reduce((sum, { request }) => sum + (request.kind === 'chat' ? request.n : 1), 0));
    const open = [...step.asks];
    while (open.length > 0) {
      for (const ask of open.splice(Math.floor(chance() * open.length), 1)) {
        asks.push(ask);
        ask.take(answers(ask.request));
      }
    }
  }
  throw new Error('the asking does not end');
}

/** The label of a trial. */
export function labelOf({ outcome }: Pick<Trial, 'outcome'>): NonNullable<DoneOutcome['label']> {
  if (outcome.type !== 'done' || !outcome.label) throw new Error(`the outcome is ${JSON.stringify(outcome)}`);
  return outcome.label;
}

export const chatsOf = ({ sent }: Trial): ChatRequest[] => sent.filter((request) => request.kind === 'chat');

/** A number in [0, 1) that depends on a text and a seed. */
export function drawn(text: string, seed: number): number {
  let hash = seed | 0;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return chanceOf(hash)();
}
