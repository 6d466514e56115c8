/** Rows of made-up items, judged by the simulator through its HTTP surface, as a job would have them. */
import {
  type ChatRequest,
  type DoneOutcome,
  type Engine,
  type FailedOutcome,
  type Item,
  itemDigest,
  keepEverything,
  type PackLine,
  type Profile,
  type Row,
  type StageDefinition,
  type Totals,
} from '@proofmill/contract';
import { readProfile } from '@proofmill/coordinator';
import { askerOf, ordersDisagree } from '@proofmill/judge';
import { joinOutcome, judgeOf } from '@proofmill/merge';
import { createSimulator, type SimulatorOptions } from '@proofmill/simulator';
import { addJoined, emptyTotals } from '@proofmill/stats';
import { vllmEngine } from '@proofmill/vllm';

type LabelDefinition = Extract<StageDefinition, { kind: 'label' }>;
type AskedLine = Extract<PackLine, { ask: true }>;

/** Moves all chance of a test. */
const SEED = Number(process.env.PROOFMILL_SEED ?? 1);
export const about = `PROOFMILL_SEED=${SEED}`;

/** Pairs whose better response is `gold`; each has a text of its own, and which comes first is as good as tossed. */
export const pairs = (count: number, name: string): Item[] =>
  Array.from({ length: count }, (_, index) => {
    const texts = [`Right answer ${index} of ${name}.`, `Wrong answer ${index} of ${name}.`];
    const item = itemOf(index, `Question ${index} of ${name}, seed ${SEED}?`, texts, 0);
    const turned = Number.parseInt(itemDigest(item).slice(0, 2), 16) % 2 === 1;
    return turned ? { ...item, responses: texts.toReversed(), gold: 1 } : item;
  });

function itemOf(index: number, question: string, responses: string[], gold: number | null): Item {
  const source = { file: 'made-up', line: index + 1 };
  return { sourceId: null, source, prompt: [{ role: 'user', content: question }], responses, gold };
}

export interface JudgedOptions {
  readonly items: readonly Item[];
  readonly simulator: SimulatorOptions;
  readonly votes: Partial<LabelDefinition['votes']>;
  /** Default: gram-r2. */
  readonly profile?: Profile;
  readonly ranking?: LabelDefinition['ranking'];
}

export interface Judged {
  /** In the order of the items; null where an item failed. */
  readonly rows: readonly (Row | null)[];
  readonly totals: Totals;
}

const AT_ONCE = 16;

/** Judges all items. */
export async function judged({
  items,
  simulator,
  votes,
  profile,
  ranking = 'knockout',
}: JudgedOptions): Promise<Judged> {
  const definition: LabelDefinition = {
    kind: 'label',
    name: 'label',
    profile: profile ?? (await readProfile('gram-r2', '.')),
    engine: { model: 'simulated-judge', revision: null },
    sampling: { temperature: 0.6, topP: 0.9, maxTokens: 4096, seed: SEED },
    votes: { max: 1, orders: 'alternate', stop: 'none', reasks: 2, logprobs: false, ...votes },
    ranking,
    keep: keepEverything,
    first: null,
  };
  const known = items.flatMap(({ prompt, responses, gold }) => {
    const [better, worse] = [responses[gold ?? 0] ?? '', responses[1 - (gold ?? 0)] ?? ''];
    return gold === null ? [] : [{ question: prompt[0]?.content ?? '', better, worse, explanation: null }];
  });
  const judge = createSimulator({ model: definition.engine.model, answerTokens: 40, goldPairs: known, ...simulator });
  const engine = vllmEngine({ baseUrl: 'http://simulator', fetch: judge.fetch });
  const begin = askerOf(definition);
  const rows: (Row | null)[] = items.map(() => null);
  const totals = emptyTotals();

  const judgeOne = async (index: number): Promise<void> => {
    const item = items[index];
    if (!item) return;
    const line: AskedLine = { ask: true, index, digest: itemDigest(item), item, prior: null };
    const outcome = await outcomeOf(begin(line), engine);
    const joined = joinOutcome({
      definition,
      judge: judgeOf(definition),
      shard: 0,
      line,
      outcome,
      imitations: () => [],
      ordersDisagree,
    });
    addJoined(totals, joined, outcome, definition.name);
    if ('row' in joined) rows[index] = joined.row;
  };

  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      next += 1;
      await judgeOne(next - 1);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  } finally {
    engine.close();
    await judge.close();
  }
  return { rows, totals };
}

const never = new AbortController().signal;

async function outcomeOf(
  asking: ReturnType<ReturnType<typeof askerOf>>,
  engine: Engine,
): Promise<DoneOutcome | FailedOutcome> {
  for (let outcome = asking.outcome(); ; outcome = asking.outcome()) {
    if (outcome) return outcome;
    const asks = asking.wave(64);
    await Promise.all(asks.map(async (ask) => ask.take(await engine.answer(ask.request as ChatRequest, never))));
  }
}

/** Valid votes of a row. */
export const votesOf = (row: Row | null): number =>
  (row?.votes ?? []).reduce((sum, { first, second, tie }) => sum + first + second + tie, 0);
