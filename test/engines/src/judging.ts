/** Judging as a worker does it, on a running engine. */

import {
  type AskedLine,
  type DoneOutcome,
  type Engine,
  type FailedOutcome,
  itemDigest,
  keepEverything,
  type LabelDefinition,
  type Profile,
  type StageDefinition,
} from '@proofmill/contract';
import { type Ask, askerOf, type Reply } from '@proofmill/judge';
import { judgeProfile } from '@proofmill/test-kit';
import { askToOutcome } from '@proofmill/work';

const never = new AbortController().signal;

export const profileOf = (more: object): Profile =>
  judgeProfile({
    messages: [
      { role: 'user', template: 'Q: {{ question }}\nA: {{ response_a }}\nB: {{ response_b }}\nWhich is better?' },
    ],
    sampling: { temperature: 1, topP: 1, maxTokens: 128 },
    parse: { rule: 'plain', verdicts: { A: 'first', B: 'second' } },
    ...more,
  });

export function labelling(
  model: string,
  profile: Profile,
  votes: Partial<LabelDefinition['votes']> = {},
): LabelDefinition {
  return {
    kind: 'label',
    name: 'label',
    profile,
    engine: { model, revision: null },
    sampling: { ...profile.sampling, seed: 11 },
    votes: { max: 2, orders: 'both', stop: 'none', reasks: 1, logprobs: false, ...votes },
    ranking: 'knockout',
    keep: keepEverything,
    first: null,
  };
}

export function lineOf(responses: string[], gold: number | null = null): AskedLine {
  const prompt = [{ role: 'user', content: 'Which is larger, the sun or the moon?' }];
  const item = { sourceId: null, source: { file: 'f', line: 1 }, prompt, responses, gold };
  return { ask: true, index: 0, digest: itemDigest(item, gold), item, prior: null };
}

interface Exchange {
  readonly ask: Ask;
  readonly answer: Reply;
}

export interface Asked {
  readonly outcome: DoneOutcome | FailedOutcome;
  readonly exchanges: Exchange[];
}

/** Asks to the end, one request at a time, since equal seeds give equal answers only in an equal batch. */
export async function askAbout(engine: Engine, definition: StageDefinition, line: AskedLine): Promise<Asked> {
  const exchanges: Exchange[] = [];
  const outcome = await askToOutcome(askerOf(definition)(line), {
    maxAnswers: 16,
    answer: ({ request }) => engine.answer(request, never),
    inTurn: true,
    onReply: (ask, answer) => exchanges.push({ ask, answer }),
  });
  return { outcome, exchanges };
}

/** The texts of the engine for the responses shown in this order. */
export const textsIn = ({ exchanges }: Asked, order: readonly number[]): string[] =>
  exchanges.flatMap(({ ask, answer }) =>
    answer.kind === 'chat' && ask.order.join() === order.join() ? answer.choices.map(({ content }) => content) : [],
  );

/** The label. Throws, with the outcome, if there is none. */
export function labelIn({ outcome }: Asked): NonNullable<DoneOutcome['label']> {
  if (outcome.type !== 'done' || !outcome.label) throw new Error(`no label: ${JSON.stringify(outcome)}`);
  return outcome.label;
}

/** The proof. Throws, with the outcome, if there is none. */
export function proofIn({ outcome }: Asked): NonNullable<DoneOutcome['proof']> {
  if (outcome.type !== 'done' || !outcome.proof) throw new Error(`no proof: ${JSON.stringify(outcome)}`);
  return outcome.proof;
}
