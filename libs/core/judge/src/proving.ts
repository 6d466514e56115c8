/**
 * Asks for the proof of a label, one attempt after the other until one passes its checks. When none does, the first one is
 * the proof, with the checks that it failed: the row is then not kept, and says why.
 */
import type { ChatChoice, DoneOutcome, Order, PackLine, ParseRule, Proof, StageDefinition } from '@proofmill/contract';
import { type Asking, cutText, requestsFor } from './asking.ts';
import { parityOf, seedBase } from './orders.ts';
import type { Renderer } from './render.ts';

type ProveDefinition = Extract<StageDefinition, { kind: 'prove' }>;
type AskedLine = Extract<PackLine, { ask: true }>;
type ProofRule = Extract<ParseRule, { rule: 'proof' }>;

export function proving(definition: ProveDefinition, line: AskedLine, render: Renderer): Asking {
  const { profile, attempts, sampling } = definition;
  if (profile.parse.rule !== 'proof') throw new TypeError(`profile ${profile.name} cannot prove`);
  const rule = profile.parse;
  const winner = line.prior?.winner;
  if (winner === undefined || winner === null) throw new TypeError('an item without a winner cannot be proved');
  const order: Order = parityOf(line.digest) === 0 ? [0, 1] : [1, 0];
  const letter = order[0] === winner ? 'A' : 'B';
  const proofs: Proof[] = [];
  const tokens = { prompt: 0, completion: 0 };
  let asked = 0;

  const passed = (): Proof | undefined => proofs.find((proof) => proof.checks.every((check) => check.passed));

  return {
    tokens,

    wave(maxAnswers) {
      if (asked > proofs.length || passed() || asked >= attempts) return [];
      const asks = requestsFor({
        definition,
        messages: render(line.item, order, letter),
        order,
        seedBase: seedBase(line.digest, order, sampling.seed, 'prove'),
        first: asked,
        count: 1,
        maxAnswers,
      });
      asked += 1;
      return asks;
    },

    read(_ask, answer) {
      tokens.prompt += answer.promptTokens;
      tokens.completion += answer.completionTokens;
      for (const choice of answer.choices) proofs.push(proofOf(choice, order, letter, rule));
    },

    outcome(): DoneOutcome | null {
      const proof = passed() ?? (proofs.length >= attempts ? proofs[0] : undefined);
      return proof ? { type: 'done', proof, tokens } : null;
    },
  };
}

/** The text of an answer with its checks: whole, in the form that was asked for, for its label and not for the other. */
function proofOf(choice: ChatChoice, order: Order, letter: 'A' | 'B', rule: ProofRule): Proof {
  const thinkEnd = choice.content.lastIndexOf('</think>');
  const text = (thinkEnd < 0 ? choice.content : choice.content.slice(thinkEnd + '</think>'.length)).trim();
  const other = letter === 'A' ? 'B' : 'A';
  const conclusion = (winner: string): string => rule.conclusion.replace('{winner}', winner);
  return {
    order,
    ...cutText(text),
    score: null,
    checks: [
      { name: 'whole', passed: choice.finishReason === 'stop' },
      { name: 'opens as asked', passed: text.startsWith(rule.opening) },
      { name: 'speaks of both responses', passed: text.includes('Response A') && text.includes('Response B') },
      { name: 'concludes for its label', passed: text.endsWith(conclusion(letter)) },
      { name: 'no verdict for the other side', passed: !text.includes(conclusion(other)) },
    ],
  };
}
