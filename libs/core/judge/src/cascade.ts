/**
 * A cheap judge first, and the stage's own judge where that one is not settled. The outcome says who decided, why it went on,
 * and what the first judge said and cost.
 */
import type { Cascade, FirstJudge, Label, OrderVotes } from '@proofmill/contract';
import type { Spent } from './asking.ts';
import { ordersDisagree } from './decision.ts';
import type { Labelled, Labelling } from './labelling.ts';

export interface CascadeLabelling extends Labelling {
  cascade(): Cascade | null;
}

/** `second` is begun only where it is needed. */
export function cascade(
  first: Labelling,
  firstSpent: Spent,
  escalate: FirstJudge['escalate'],
  second: () => Labelling,
): CascadeLabelling {
  let decided: Cascade | null = null;
  let current = first;
  let settled: Labelled | null = null;

  /** Looks at the first judge's result once it is there, and goes on to the second where it must. */
  function advance(): void {
    if (decided) return;
    const result = first.result();
    if (!result) return;
    const reason = reasonToGoOn(result, escalate);
    const label = 'label' in result ? result.label : null;
    decided = {
      decidedBy: reason === 'settled' ? 'first' : 'second',
      reason,
      first: {
        winner: label?.winner ?? null,
        confidence: label?.confidence ?? null,
        votes: votesOf(result),
        scores: label?.scores ?? null,
        tokens: { ...firstSpent },
      },
    };
    if (reason === 'settled') settled = result;
    else current = second();
  }

  return {
    wave(maxAnswers) {
      advance();
      return settled ? [] : current.wave(maxAnswers);
    },
    result() {
      advance();
      if (!decided) return null;
      return settled ?? current.result();
    },
    cascade: () => decided,
  };
}

function votesOf(result: Labelled): OrderVotes[] {
  if ('label' in result) return result.label.votes;
  return 'failed' in result ? result.failed.votes : result.votes;
}

function reasonToGoOn(result: Labelled, escalate: FirstJudge['escalate']): Cascade['reason'] {
  if ('refused' in result) return 'failed';
  if ('failed' in result) return 'invalid';
  const { label }: { label: Label } = result;
  if (label.tie) return 'tie';
  if (escalate.ordersDisagree && ordersDisagree(label.votes)) return 'orders-disagree';
  return label.confidence < escalate.below ? 'margin' : 'settled';
}
