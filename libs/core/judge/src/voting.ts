/**
 * Asks for votes: `max` valid ones, their orders alternating from the one the item's digest begins with. Vote g of the item
 * is vote floor(g / 2) of order g mod 2. An invalid answer is asked again in its order with the next seed, as often as
 * `reasks` allows; it never counts as a vote.
 */
import type {
  ChatChoice,
  DoneOutcome,
  FailedOutcome,
  Judgment,
  Order,
  OrderVotes,
  PackLine,
  Rationale,
  StageDefinition,
} from '@proofmill/contract';
import { type Asking, cutText, requestsFor, sampleAnswers } from './asking.ts';
import { majorityConfidence } from './confidence.ts';
import { ordersOf, seedBase } from './orders.ts';
import { readTagged } from './parse.ts';
import type { Renderer } from './render.ts';

type LabelDefinition = Extract<StageDefinition, { kind: 'label' }>;
type AskedLine = Extract<PackLine, { ask: true }>;

interface Vote {
  readonly number: number;
  readonly order: Order;
  readonly judgment: Judgment;
  readonly rationale: string;
  readonly raw: string;
}

interface OrderState {
  readonly order: Order;
  readonly position: number;
  wanted: number;
  asked: number;
}

export function voting(definition: LabelDefinition, line: AskedLine, render: Renderer): Asking {
  const { votes, sampling, profile } = definition;
  if (profile.parse.rule !== 'tagged') throw new TypeError(`profile ${profile.name} cannot label`);
  const rule = profile.parse;
  const orders = ordersOf(line.digest, votes.orders);
  const states: OrderState[] = orders.map((order, position) => ({
    order,
    position,
    wanted: Math.ceil((votes.max - position) / orders.length),
    asked: 0,
  }));
  const received: Vote[] = [];
  const tokens = { prompt: 0, completion: 0 };
  let reasksLeft = votes.reasks;
  let pending = 0;

  return {
    tokens,

    wave(maxAnswers) {
      if (pending > 0) return [];
      const asks = states.flatMap((state) => {
        const count = state.wanted - state.asked;
        if (count <= 0) return [];
        const first = state.asked;
        state.asked = state.wanted;
        return requestsFor({
          definition,
          messages: render(line.item, state.order),
          order: state.order,
          seedBase: seedBase(line.digest, state.order, sampling.seed, 'label'),
          first,
          count,
          maxAnswers,
        });
      });
      pending = asks.length;
      return asks;
    },

    read(ask, answer) {
      pending -= 1;
      tokens.prompt += answer.promptTokens;
      tokens.completion += answer.completionTokens;
      const state = states.find((one) => one.order === ask.order);
      if (!state) throw new TypeError('an answer to a request of another item');
      answer.choices.forEach((choice, offset) => {
        const { judgment, rationale } = readTagged(choice, rule);
        const number = (ask.first + offset) * orders.length + state.position;
        received.push({ number, order: state.order, judgment, rationale, raw: rawText(choice) });
      });
      if (pending === 0) askInvalidAgain();
    },

    outcome() {
      if (pending > 0 || states.some((state) => state.asked < state.wanted)) return null;
      return outcomeOf(received, orders, tokens);
    },
  };

  /** Once a wave is whole, so that which answers are asked again does not depend on which came first. */
  function askInvalidAgain(): void {
    for (const state of states) {
      const valid = received.filter((vote) => vote.order === state.order && vote.judgment !== 'invalid').length;
      const again = Math.min(Math.ceil((votes.max - state.position) / orders.length) - valid, reasksLeft);
      state.wanted = state.asked + again;
      reasksLeft -= again;
    }
  }
}

const rawText = (choice: ChatChoice): string =>
  choice.reasoning ? `${choice.reasoning}\n${choice.content}` : choice.content;

/** The label of an item's votes, or a failed outcome where none is valid. */
function outcomeOf(
  received: Vote[],
  orders: Order[],
  tokens: { prompt: number; completion: number },
): DoneOutcome | FailedOutcome {
  const inOrder = received.sort((a, b) => a.number - b.number);
  const counts = orders.map((order): OrderVotes => ({ order, first: 0, second: 0, tie: 0, invalid: 0 }));
  const byResponse = [0, 0];
  let ties = 0;
  for (const vote of inOrder) {
    const count = counts[orders.indexOf(vote.order)];
    if (count) count[vote.judgment] += 1;
    const index = responseOf(vote);
    if (index !== null) byResponse[index] = (byResponse[index] ?? 0) + 1;
    if (vote.judgment === 'tie') ties += 1;
  }
  const asked = counts.filter((count) => count.first + count.second + count.tie + count.invalid > 0);
  const [zero = 0, one = 0] = byResponse;
  if (zero + one + ties === 0) {
    return {
      type: 'failed',
      class: 'no-valid-judgment',
      message: `none of ${inOrder.length} answers could be read as a verdict`,
      answers: sampleAnswers(inOrder.map((vote) => vote.raw)),
      votes: asked,
      tokens,
    };
  }
  const tie = zero === one || ties > Math.max(zero, one);
  const winner = tie ? null : zero > one ? 0 : 1;
  return {
    type: 'done',
    label: {
      winner,
      tie,
      confidence: tie ? 0.5 : majorityConfidence(Math.max(zero, one), Math.min(zero, one)),
      votes: asked,
      rationale: winner === null ? null : rationaleOf(inOrder, winner),
    },
    tokens,
  };
}

function responseOf(vote: Vote): number | null {
  if (vote.judgment === 'first') return vote.order[0] ?? null;
  if (vote.judgment === 'second') return vote.order[1] ?? null;
  return null;
}

function rationaleOf(votes: readonly Vote[], winner: number): Rationale | null {
  const vote = votes.find((one) => responseOf(one) === winner);
  return vote ? { order: vote.order, vote: vote.number, ...cutText(vote.rationale) } : null;
}
