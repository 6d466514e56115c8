/**
 * Puts two responses to a judge until enough votes are there. Vote j of an order has seed base + j. An order gives its first
 * `cap` valid answers; an invalid answer is asked again with the next seed of its order, `reasks` times an order. Which answers
 * an order gives thus depends on nothing but its seeds: not on waves, not on what the other order says. So the votes under
 * any stop rule are among those that all votes would have been.
 */
import type { ChatAnswer, ChatChoice, Message, Order, OrderVotes, VotesDefinition } from '@proofmill/contract';
import { type Ask, type Asked, chatAnswer, chatRequests, type Refusal, type Spent } from './asking.ts';
import { type Reading, readAnswer } from './reading/read.ts';
import { fewestToDecide, isDecided, type Tally } from './tally.ts';

export interface Vote extends Reading {
  readonly number: number;
  readonly order: Order;
  readonly raw: string;
}

export interface Comparison {
  wave(maxAnswers: number): Ask[];
  /** Whether no more votes are wanted; from then on `votes` and `counts` are final. */
  ended(): boolean;
  /** By number. */
  votes(): readonly Vote[];
  /** Of each order that was asked. */
  counts(): OrderVotes[];
  /** Why the engine would not answer, where it would not. */
  refusal(): Refusal | null;
}

export interface ComparisonOptions {
  readonly asked: Asked;
  readonly votes: VotesDefinition;
  /** One order and perhaps its reverse, the one to begin with first. */
  readonly orders: readonly Order[];
  readonly messages: (order: Order) => Message[];
  readonly seedBase: (order: Order) => number;
  readonly spent: Spent;
  readonly mayFail: boolean;
}

/** Tokens whose probabilities are asked for in each place: the most that vLLM gives. */
const TOP_LOGPROBS = 20;

interface OrderState {
  readonly order: Order;
  readonly position: number;
  readonly cap: number;
  readonly seedBase: number;
  asked: number;
  valid: number;
}

export function comparison(options: ComparisonOptions): Comparison {
  const { asked, votes, orders, messages, spent, mayFail } = options;
  const rule = asked.profile.parse;
  if (rule.rule === 'proof' || rule.rule === 'scalar') {
    throw new TypeError(`profile ${asked.profile.name} cannot compare two responses`);
  }
  const canTie = canSayTie(rule);
  const wantsLogprobs = votes.logprobs || rule.rule === 'token-probabilities';
  const states = orders.map(
    (order, position): OrderState => ({
      order,
      position,
      cap: Math.ceil((votes.max - position) / orders.length),
      seedBase: options.seedBase(order),
      asked: 0,
      valid: 0,
    }),
  );
  const received: Vote[] = [];
  const tally = { one: 0, other: 0, tie: 0 };
  const [one] = orders[0] ?? [];
  let pending = 0;
  let refused: Refusal | null = null;

  const leftOf = ({ cap, asked: answers, valid }: OrderState): number =>
    Math.max(0, Math.min(cap - valid, cap + votes.reasks - answers));
  const left = (): number => states.reduce((sum, state) => sum + leftOf(state), 0);
  const decided = (): boolean => refused !== null || isDecided(tally, { left: left(), ties: canTie }, votes.stop);

  return {
    wave(maxAnswers) {
      if (pending > 0 || decided()) return [];
      const wanted = shareOut(sizeOfWave());
      const asks = states.flatMap((state) => asksOf(state, wanted[state.position] ?? 0, maxAnswers));
      pending = asks.length;
      return asks;
    },
    ended: () => pending === 0 && decided(),
    votes: () => received.sort((a, b) => a.number - b.number),
    counts: () => states.filter((state) => state.asked > 0).map(countsOf),
    refusal: () => refused,
  };

  function sizeOfWave(): number {
    const remaining = { left: left(), ties: canTie };
    const count = fewestToDecide(tally, remaining, votes.stop);
    // Pairs of both orders are asked together: half a pair says nothing about the pair.
    return votes.orders === 'both' ? Math.min(remaining.left, count + (count % 2)) : count;
  }

  /** Deals votes out to the orders: to the one with fewer valid votes first, so that both are kept as equal as can be. */
  function shareOut(count: number): number[] {
    const shares = states.map(() => 0);
    const has = (state: OrderState): number => state.valid + (shares[state.position] ?? 0);
    for (let dealt = 0; dealt < count; dealt += 1) {
      const open = states.filter((state) => (shares[state.position] ?? 0) < leftOf(state));
      const next = open.reduce<OrderState | null>(
        (best, state) => (best && has(best) <= has(state) ? best : state),
        null,
      );
      if (next) shares[next.position] = (shares[next.position] ?? 0) + 1;
    }
    return shares;
  }

  function asksOf(state: OrderState, count: number, maxAnswers: number): Ask[] {
    if (count === 0) return [];
    const first = state.asked;
    state.asked += count;
    return chatRequests({
      asked,
      messages: messages(state.order),
      seedBase: state.seedBase,
      first,
      count,
      maxAnswers,
      ...(wantsLogprobs ? { topLogprobs: TOP_LOGPROBS } : {}),
    }).map((part) => ({
      request: part.request,
      profile: asked.profile,
      order: state.order,
      mayFail,
      take(answer) {
        pending -= 1;
        if (answer.kind === 'refused') refused ??= answer;
        else takeAnswer(state, part.first, chatAnswer(answer));
      },
    }));
  }

  function takeAnswer(state: OrderState, first: number, answer: ChatAnswer): void {
    spent.prompt += answer.promptTokens;
    spent.completion += answer.completionTokens;
    answer.choices.forEach((choice, offset) => {
      const reading = readAnswer(choice, rule as Parameters<typeof readAnswer>[1]);
      const number = (first + offset) * orders.length + state.position;
      received.push({ ...reading, number, order: state.order, raw: rawText(choice) });
      if (reading.judgment === 'invalid') return;
      state.valid += 1;
      tally[sideOf(reading.judgment, state.order)] += 1;
    });
  }

  function sideOf(judgment: 'first' | 'second' | 'tie', order: Order): keyof Tally {
    if (judgment === 'tie') return 'tie';
    return order[judgment === 'first' ? 0 : 1] === one ? 'one' : 'other';
  }

  function countsOf({ order, seedBase }: OrderState): OrderVotes {
    const counts: OrderVotes = { order, seed: seedBase, first: 0, second: 0, tie: 0, invalid: 0, probabilities: null };
    const probabilities: number[] = [];
    for (const vote of received.sort((a, b) => a.number - b.number)) {
      if (vote.order !== order) continue;
      counts[vote.judgment] += 1;
      if (vote.judgment !== 'invalid' && vote.probability !== null) probabilities.push(vote.probability);
    }
    const valid = counts.first + counts.second + counts.tie;
    return { ...counts, probabilities: valid > 0 && probabilities.length === valid ? probabilities : null };
  }
}

/** Whether a judge with this rule can say that neither response is better. */
function canSayTie(rule: Asked['profile']['parse']): boolean {
  if (rule.rule === 'token-probabilities') return true;
  const verdicts = 'verdicts' in rule ? rule.verdicts : rule.rule === 'json' ? rule.verdict?.verdicts : undefined;
  return verdicts !== undefined && Object.values(verdicts).includes('tie');
}

const rawText = (choice: ChatChoice): string =>
  choice.reasoning ? `${choice.reasoning}\n${choice.content}` : choice.content;
