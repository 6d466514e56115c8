/**
 * Asks for the proof of a label: `candidates` at once, and again, up to `attempts` times, until one of them passes its checks.
 * Of several that pass the best is selected. When none ever does, the first one is the proof, with the checks that it failed:
 * the row is then not kept, and says why.
 */
import type { ChatChoice, DoneOutcome, FailedOutcome, Order, Proof, StageDefinition } from '@proofmill/contract';
import { type Asking, chatAnswer, chatRequests, cutText, type Spent } from './asking.ts';
import type { AskedLine } from './labelling.ts';
import { parityOf, seedBase } from './orders.ts';
import { checkProof, type ProofRule } from './proof-form.ts';
import { answerText } from './reading/answer-text.ts';
import type { Renderer } from './render.ts';
import type { Candidate, Selecting } from './selecting.ts';
import { selectionOf } from './selection.ts';

export type ProveDefinition = Extract<StageDefinition, { kind: 'prove' }>;

export interface ProveRenderers {
  readonly own: Renderer;
  /** For comparing proofs. */
  readonly selector: Renderer | null;
}

/** The index of the response that is to be proved better: the label's winner, or the gold label where no stage made one. */
export const labelToProve = ({ prior, item }: AskedLine): number | null => (prior ? prior.winner : item.gold);

export function proving(definition: ProveDefinition, line: AskedLine, renderers: ProveRenderers): Asking {
  const { profile, candidates, attempts, sampling } = definition;
  if (profile.parse.rule !== 'proof') throw new TypeError(`profile ${profile.name} cannot prove`);
  const rule = profile.parse;
  const winner = labelToProve(line);
  if (winner === null) throw new TypeError('an item without a winner cannot be proved');
  const order = orderOf(line, winner);
  const letter = order[0] === winner ? 'A' : 'B';
  const messages = renderers.own({ item: line.item, order, winner: letter });
  const found: Candidate[] = [];
  const tokens: Spent = { prompt: 0, completion: 0 };
  let asked = 0;
  let pending = 0;
  let selecting: Selecting | null = null;

  const passed = (): Candidate[] => found.filter((candidate) => candidate.checks.every((check) => check.passed));

  return {
    spent: () => tokens,

    wave(maxAnswers) {
      if (pending > 0 || outcome()) return [];
      if (passed().length > 1) {
        selecting ??= selectionOf({
          definition,
          line,
          order,
          letter,
          messages,
          renderers,
          tokens,
          candidates: passed(),
        });
        return selecting.wave(maxAnswers);
      }
      const parts = chatRequests({
        asked: definition,
        messages,
        seedBase: seedBase(line.digest, order, sampling.seed, 'prove'),
        first: asked,
        count: candidates,
        maxAnswers,
      });
      asked += candidates;
      pending = parts.length;
      return parts.map(({ request, first }) => ({
        request,
        profile,
        order,
        mayFail: false,
        take(answer) {
          pending -= 1;
          const { choices, promptTokens, completionTokens } = chatAnswer(answer);
          tokens.prompt += promptTokens;
          tokens.completion += completionTokens;
          choices.forEach((choice, offset) => {
            found.push(candidateOf(choice, first + offset, letter, rule));
          });
          found.sort((a, b) => a.number - b.number);
        },
      }));
    },

    outcome,
  };

  function outcome(): DoneOutcome | FailedOutcome | null {
    if (pending > 0) return null;
    const good = passed();
    const [first] = good.length > 0 ? good : found;
    if (!first || (good.length === 0 && asked < candidates * attempts)) return null;
    if (good.length === 1) return proved(first, 'only-one', null);
    if (good.length === 0 || definition.select === 'first') return proved(first, 'first', null);
    const selected = selecting?.result();
    return selected ? proved(selected.candidate, selected.by, selected.score) : null;
  }

  function proved(candidate: Candidate, selectedBy: Proof['selectedBy'], score: number | null): DoneOutcome {
    const { number, text, checks } = candidate;
    const proof = { order, ...cutText(text), candidate: number, candidates: found.length, score, selectedBy, checks };
    return { type: 'done', proof, tokens };
  }
}

/** The winner and another response, in the order that the item's digest gives: winners are A and B about equally often. */
function orderOf({ digest, item, prior }: AskedLine, winner: number): Order {
  // Of several others the best one, where they were ranked: it is what the winner has to be told from.
  const candidates = prior?.ranking ?? item.responses.map((_, index) => index);
  const other = candidates.find((index) => item.responses[index] !== item.responses[winner]) ?? 0;
  const [low, high] = [winner, other].sort((a, b) => a - b) as [number, number];
  return parityOf(digest) === 0 ? [low, high] : [high, low];
}

function candidateOf(choice: ChatChoice, number: number, letter: 'A' | 'B', rule: ProofRule): Candidate {
  const text = answerText(choice).visible.trim();
  return { number, text, checks: checkProof(text, choice.finishReason, letter, rule) };
}
