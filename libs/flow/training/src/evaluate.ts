/** What the outputs of a round say: figures of evaluations, a judge against its parent, labels held against gold. */
import { digestOf, type Evaluated, IntegrityError, type OutputManifest, type RoundFile } from '@proofmill/contract';
import type { AgainstParent } from '@proofmill/rounds';
import { Comparer, type Figure, Scorer } from '@proofmill/stats';
import type { ScoredRecords } from './loop-ports.ts';

/** Of the bootstrap, which no gate looks at. */
const bootstrap = { resamples: 1, seed: 1 };

/** The headline figure of an output. */
export async function figureOf(name: string, output: ScoredRecords): Promise<Evaluated> {
  const { scored, manifest } = output;
  const scorer = new Scorer({ scored, ...bootstrap });
  for await (const record of output.records()) scorer.add(record);
  const { readings, counts } = scorer.score();
  const figure = readings.official?.find(({ isHeadline }) => isHeadline);
  if (!figure || figure.value === null)
    throw new IntegrityError(`eval/${name} has no record with a gold label, so there is no figure to decide by`);
  return {
    ...{ name, scored, metric: figure.name, value: figure.value, interval: figure.analytic },
    ...{ comparisons: figure.n, prompts: figure.clusters, withoutLabel: counts.failed },
    ...{ output: outputDigest(manifest), tokens: manifest.totals.tokens },
  };
}

/** A judge less its parent, on the comparisons of an evaluation that both have. */
export async function againstParent(own: ScoredRecords, parent: ScoredRecords): Promise<AgainstParent> {
  const comparer = new Comparer({ scored: own.scored, ...bootstrap });
  for (const [name, output] of [['parent', parent] as const, ['judge', own] as const]) {
    comparer.begin(name);
    for await (const record of output.records()) comparer.add(record);
  }
  const { shared, pairs } = comparer.compare(0);
  const difference = pairs[0]?.difference;
  return {
    value: difference?.value ?? 0,
    interval: difference?.analytic ?? null,
    p: difference?.belowByChance ?? null,
    shared,
  };
}

/** The labels of pairs that are held out: how many are wrong, of all and of those that are kept. */
export async function heldOutOf(output: ScoredRecords): Promise<RoundFile['heldOut']> {
  const [all, kept] = [new Scorer({ scored: 'gold', ...bootstrap }), new Scorer({ scored: 'gold', ...bootstrap })];
  for await (const record of output.records()) {
    if (!('responses' in record)) continue;
    all.add(record);
    if (record.kept) kept.add(record);
  }
  return { all: wrongOf(all), kept: wrongOf(kept), tokens: output.manifest.totals.tokens };
}

type Share = NonNullable<RoundFile['heldOut']>['all'];

function wrongOf(scorer: Scorer): Share {
  const figure: Figure | undefined = scorer.score().readings.official?.find(({ isHeadline }) => isHeadline);
  if (!figure || figure.value === null) return { rows: 0, wrong: 0, interval: null };
  const { n, credit, analytic } = figure;
  const interval = analytic && { low: 1 - analytic.high, high: 1 - analytic.low };
  return { rows: n, wrong: n - (credit ?? 0), interval };
}

/** A digest over what an output is made of, which does not depend on where it is. */
export const outputDigest = ({ shards }: OutputManifest): string =>
  digestOf(shards.map(({ rows, failures }) => [rows.sha256, failures.sha256]));
