/** A profile's own examples: answers, and how its parse rule must read them. */
import type { ChatChoice, Judgment, Profile, ProfileExample, ProofRule } from '@proofmill/contract';
import { checkProof } from '../proof/proof-form.ts';
import { answerText } from '../reading/answer-text.ts';
import { readerOf } from '../reading/reader.ts';

/** How a profile reads an answer: a judgment, the response that a proof is for, or a score. */
export function readByProfile({ parse }: Profile, choice: ChatChoice): Judgment | number {
  const reader = readerOf(parse);
  switch (reader.gives) {
    case 'verdict':
      return reader.read(choice).judgment;
    case 'score':
      return reader.read(choice) ?? 'invalid';
    case 'proof':
      return provedBy(choice, reader.rule);
    default:
      return reader satisfies never;
  }
}

/** An example as the answer that an engine would have sent. */
export function choiceOfExample({ content, reasoning, finishReason, logprobs }: ProfileExample): ChatChoice {
  return { content, reasoning, finishReason, ...(logprobs ? { tokens: [{ text: content, top: logprobs }] } : {}) };
}

/** The response for which an answer is a proof that passes its checks. */
function provedBy(choice: ChatChoice, rule: ProofRule): Judgment {
  const text = answerText(choice).visible.trim();
  const isFor = (letter: 'A' | 'B'): boolean =>
    checkProof(text, choice.finishReason, letter, rule).every(({ passed }) => passed);
  if (isFor('A')) return 'first';
  return isFor('B') ? 'second' : 'invalid';
}
