/** The comparisons of the outputs, each as a line that sorts by its prompt and its pair, and what is not among them. */
import type { Codec } from '@proofmill/contract';
import {
  Agreement,
  BenchmarkHits,
  type Comparison,
  comparisonSchema,
  comparisonsOfRow,
  type LeftOut,
  pairKey,
  promptKey,
  type Selection,
} from '@proofmill/export-rows';
import { currentOutcomes, isRow } from '@proofmill/folder';
import { answersOfProofs } from './judge-profile.ts';
import type { ExportedOutput, ExportOptions } from './export-options.ts';

export class Counts {
  rows = 0;
  readonly benchmarks: BenchmarkHits;
  /** Characters of all lines. */
  characters = 0;
  readonly leftOut: Partial<Record<LeftOut, number>> = {};

  constructor(without: ExportOptions['without']) {
    this.benchmarks = new BenchmarkHits(without?.files.map(({ name }) => name) ?? []);
  }

  leave(reason: LeftOut, count = 1): void {
    if (count > 0) this.leftOut[reason] = (this.leftOut[reason] ?? 0) + count;
  }
}

const digestCharacters = 64;

/** `<digest of the prompt><digest of the pair> <comparison>` */
export async function* candidateLines(
  { outputs, codec, form, keep, minConfidence, minProbability, without, text, bothOrders }: Read,
  conversation: Selection['conversation'],
  counts: Counts,
): AsyncGenerator<string> {
  for (const output of outputs) {
    const answerOfProof = await answersOfProofs(output);
    const texts = form === 'reasoning' ? { from: text, bothOrders, answerOfProof } : null;
    const prompts = without?.prompts ?? null;
    const selection = { keep, minConfidence, minProbability, without: prompts, conversation, texts };
    for await (const line of linesOf(output, codec, selection, counts)) {
      counts.characters += line.length;
      yield line;
    }
  }
}

type Read = Pick<
  ExportOptions,
  'outputs' | 'codec' | 'form' | 'keep' | 'minConfidence' | 'minProbability' | 'without' | 'text' | 'bothOrders'
>;

async function* linesOf(
  { store, manifest }: ExportedOutput,
  codec: Codec,
  selection: Selection,
  counts: Counts,
): AsyncGenerator<string> {
  for await (const record of currentOutcomes(store, manifest, codec)) {
    if (!isRow(record)) continue;
    counts.rows += 1;
    const found = comparisonsOfRow(record, selection);
    if ('leftOut' in found) {
      counts.leave(found.leftOut);
      if (found.hit) counts.benchmarks.add(found.hit);
      continue;
    }
    const prompt = promptKey(record.prompt);
    for (const comparison of found.comparisons) {
      yield `${prompt}${pairKey(comparison)} ${JSON.stringify(comparison)}`;
    }
  }
}

export interface Placed {
  readonly promptKey: string;
  readonly comparison: Comparison;
}

/** The comparisons that sorted lines agree on, in the order of the lines. */
export async function* agreed(
  lines: AsyncIterable<string>,
  bothOrders: boolean,
  counts: Counts,
): AsyncGenerator<Placed, undefined> {
  let key = '';
  let agreement: Agreement | null = null;
  const placed = function* (): Generator<Placed> {
    if (!agreement) return;
    const { comparisons, duplicates, contradicted } = agreement.result();
    counts.leave('duplicate', duplicates);
    counts.leave('contradicted', contradicted);
    for (const comparison of comparisons) yield { promptKey: key.slice(0, digestCharacters), comparison };
  };
  for await (const line of lines) {
    const own = line.slice(0, 2 * digestCharacters);
    if (own !== key) {
      yield* placed();
      key = own;
      agreement = new Agreement({ bothOrders });
    }
    agreement?.add(comparisonSchema.parse(JSON.parse(line.slice(2 * digestCharacters + 1))));
  }
  yield* placed();
  return undefined;
}
