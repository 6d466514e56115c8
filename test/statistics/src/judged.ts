/** Rows of made-up items, judged by the simulator through its HTTP interface, as a job would give them. */
import {
  type AskedLine,
  type Item,
  itemDigest,
  keepEverything,
  type LabelDefinition,
  type Profile,
  type Row,
  type Totals,
} from '@proofmill/contract';
import { readProfile } from '@proofmill/coordinator';
import { askerOf, ordersDisagree } from '@proofmill/judge';
import { joinOutcome, judgeOf } from '@proofmill/merge';
import { createSimulator, type SimulatorOptions } from '@proofmill/simulator';
import { addJoined, emptyTotals } from '@proofmill/stats';
import { vllmEngine } from '@proofmill/vllm';
import { askToOutcome } from '@proofmill/work';
import { seed } from './items.ts';

export interface JudgedOptions {
  readonly items: readonly Item[];
  /** Default: short answers with a verdict in each, and no position bias. */
  readonly simulator: SimulatorOptions;
  readonly votes?: Partial<LabelDefinition['votes']>;
  /** Default: gram-r2. */
  readonly profile?: Profile;
  readonly ranking?: LabelDefinition['ranking'];
}

export interface Judged {
  /** In the order of the items; null where an item failed. */
  readonly rows: readonly (Row | null)[];
  readonly totals: Totals;
  /** How many answers the simulator gave, by its own count. */
  readonly answers: number;
}

const atOnce = 16;
const maxAnswers = 64;
const never = new AbortController().signal;

export async function judged(options: JudgedOptions): Promise<Judged> {
  const { items } = options;
  const definition = await definitionOf(options);
  const simulator = createSimulator({
    model: definition.engine.model,
    answerTokens: 40,
    positionBias: 0,
    invalidRate: 0,
    ...options.simulator,
  });
  const engine = vllmEngine({ baseUrl: 'http://simulator', fetch: simulator.fetch });
  const begin = askerOf(definition);
  const judge = judgeOf(definition);
  const rows: (Row | null)[] = items.map(() => null);
  const totals = emptyTotals();

  const judgeItem = async (item: Item, index: number): Promise<void> => {
    const line: AskedLine = { ask: true, index, digest: itemDigest(item), item, prior: null };
    const outcome = await askToOutcome(begin(line), {
      maxAnswers,
      answer: ({ request }) => engine.answer(request, never),
    });
    const joined = joinOutcome({
      definition,
      judge,
      shard: 0,
      line,
      outcome,
      imitations: () => [],
      ordersDisagree,
    });
    addJoined(totals, joined, outcome, definition.name);
    if ('row' in joined) rows[index] = joined.row;
  };

  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) await judgeItem(item, index);
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, worker));
  } finally {
    engine.close();
    await simulator.close();
  }
  return { rows, totals, answers: simulator.log().answers };
}

const definitionOf = async ({ votes, profile, ranking = 'knockout' }: JudgedOptions): Promise<LabelDefinition> => ({
  kind: 'label',
  name: 'label',
  profile: profile ?? (await readProfile('gram-r2', '.')),
  engine: { model: 'simulated-judge', revision: null },
  sampling: { temperature: 0.6, topP: 0.9, maxTokens: 4096, seed },
  votes: { max: 1, orders: 'alternate', stop: 'none', reasks: 2, logprobs: false, ...votes },
  ranking,
  keep: keepEverything,
  first: null,
});
