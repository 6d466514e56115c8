/** Reads answers by a whole profile, such as the examples it comes with. */
import type { ChatChoice, Judgment, Profile, ProfileExample, ProofRule } from '@proofmill/contract';
import { checkProof } from '../proof/proof-form.ts';
import { answerText } from '../reading/answer-text.ts';
import { readerOf } from '../reading/reader.ts';

/** What an answer means to a profile: a judgment, the response that a valid proof is for, or a score. */
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

/** An example in the form of an engine's answer. */
export function choiceOfExample({ content, reasoning, finishReason, logprobs }: ProfileExample): ChatChoice {
  return { content, reasoning, finishReason, ...(logprobs ? { tokens: [{ text: content, top: logprobs }] } : {}) };
}

/** The response that the answer proves better, if it passes the checks for either. */
function provedBy(choice: ChatChoice, rule: ProofRule): Judgment {
  const text = answerText(choice).visible.trim();
  const isFor = (letter: 'A' | 'B'): boolean =>
    checkProof(text, choice.finishReason, letter, rule).every(({ passed }) => passed);
  if (isFor('A')) return 'first';
  return isFor('B') ? 'second' : 'invalid';
}
