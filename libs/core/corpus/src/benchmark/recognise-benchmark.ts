/** A record of a benchmark as the items that its official comparisons are. */
import {
  type AsWritten,
  type BenchmarkName,
  benchmarkColumns,
  type Carried,
  type Item,
  type Source,
  sha256,
} from '@proofmill/contract';
import { fieldAt, isGiven } from '../field.ts';
import { isProblem, type Problem, problem } from '../problem.ts';
import type { Reading } from '../reading.ts';
import { recogniseRecord } from '../recognise.ts';
import { type CategoryRule, type Layout, layouts } from './table.ts';

interface Place {
  readonly source: Source;
  readonly carry?: readonly string[] | undefined;
  readonly written?: AsWritten | undefined;
}

/** The items of a record, in the order of its comparisons, and how it was read; or why it is none of the benchmark. */
export type RecognisedBenchmark = { readonly items: readonly Item[]; readonly reading: Reading } | Problem;

/**
 * Reads a record of a benchmark. Each item carries its category, its prompt and, where a record has several comparisons, which
 * one it is.
 *
 * Takes any value and never throws.
 */
export function recogniseBenchmark(value: unknown, benchmark: BenchmarkName, place: Place): RecognisedBenchmark {
  const layout = layoutOf(value, benchmark);
  if (isProblem(layout)) return layout;
  const record = value as object;
  const read = recogniseRecord(record, {}, place);
  if (isProblem(read)) return read;
  const category = categoryOf(record, layout.category, place.source.file);
  if (category === null) return noCategory(layout.category, benchmark, place.source.file);
  const pairs = comparisonsOf(record, read.item, layout);
  if (isProblem(pairs)) return pairs;
  const about = [
    carriedText(benchmarkColumns.category, category),
    carriedText(benchmarkColumns.prompt, promptKey(record, read.item, category, layout)),
  ];
  const items = pairs.map(({ name, pair }): Item => {
    const which = name === null ? [] : [carriedText(benchmarkColumns.comparison, name)];
    return {
      ...(pair ? pairOf(read.item, pair) : read.item),
      carried: [...(read.item.carried ?? []), ...about, ...which],
    };
  });
  return { items, reading: readingOf(read.reading, layout) };
}

const carriedText = (name: string, value: string): Carried => ({ name, type: 'text', value });

function layoutOf(value: unknown, benchmark: BenchmarkName): Layout | Problem {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return problem('not-an-object', 'the record is not an object with fields');
  const known = layouts[benchmark];
  const lacking = known.map(({ columns }) => columns.filter((column) => !isGiven(value, column)));
  const fits = known.find((_, at) => lacking[at]?.length === 0);
  if (fits) return fits;
  const fewest = lacking.reduce((best, each) => (each.length < best.length ? each : best));
  return problem('not-of-benchmark', `it lacks ${fewest.join(', ')}, which every record of ${benchmark} has`);
}

function categoryOf(record: object, rule: CategoryRule, file: string): string | null {
  const { at, prefixes, otherwise, inPath = [] } = rule;
  const value = at === undefined ? null : (fieldAt(record, at) ?? null);
  if (typeof value === 'string' && value !== '') {
    if (!prefixes) return value;
    return Object.entries(prefixes).find(([prefix]) => value.startsWith(prefix))?.[1] ?? otherwise ?? null;
  }
  const path = file.toLowerCase().replaceAll('_', '-');
  return inPath.find((category) => path.includes(category)) ?? otherwise ?? null;
}

function noCategory({ at, inPath = [] }: CategoryRule, benchmark: BenchmarkName, file: string): Problem {
  const column = at === undefined ? '' : `it lacks ${at}, and `;
  const where = inPath.length === 0 ? '' : `; files of ${benchmark} have one of ${inPath.join(', ')} in their path`;
  return problem('not-of-benchmark', `${column}the path ${file} says nothing of its category${where}`);
}

function promptKey(record: object, item: Pick<Item, 'prompt'>, category: string, { prompt }: Layout): string {
  if (prompt.length === 0) return sha256(JSON.stringify(item.prompt)).slice(0, 16);
  return [category, ...prompt.map((column) => String(fieldAt(record, column)))].join(' ');
}

/** A comparison: all responses, or two of them by index, the better one first. */
interface Comparison {
  readonly name: string | null;
  readonly pair: readonly [better: number, worse: number] | null;
}

const pairNamed = (better: number, worse: number, name = `${better}-${worse}`): Comparison => ({
  name,
  pair: [better, worse],
});

function pairOf({ sourceId, source, prompt, responses }: Item, [better, worse]: readonly [number, number]): Item {
  return { sourceId, source, prompt, responses: [responses[better] ?? '', responses[worse] ?? ''], gold: 0 };
}

function comparisonsOf(record: object, item: Item, { comparisons }: Layout): readonly Comparison[] | Problem {
  if (comparisons.kind === 'all') return [{ name: null, pair: null }];
  return comparisons.kind === 'listed'
    ? listedPairs(fieldAt(record, comparisons.at), fieldAt(record, comparisons.scores), item, comparisons.at)
    : crossedPairs(item, comparisons.count);
}

function crossedPairs(item: Item, count: number): readonly Comparison[] | Problem {
  const better = item.goldTied?.length ?? 1;
  const worse = item.responses.length - better;
  if (better !== count || worse !== count) {
    return problem(
      'not-of-benchmark',
      `it has ${better} chosen and ${worse} rejected responses, and the benchmark has ${count} of each`,
    );
  }
  const indexes = Array.from({ length: count }, (_, index) => index);
  return indexes.flatMap((i) => indexes.map((j) => pairNamed(i, count + j, `${i}-${j}`)));
}

function listedPairs(pairs: unknown, scores: unknown, item: Item, column: string): readonly Comparison[] | Problem {
  const wrong = problem('not-of-benchmark', `${column} does not list pairs of its responses with different scores`);
  if (!Array.isArray(pairs) || !Array.isArray(scores) || pairs.length === 0) return wrong;
  const found: Comparison[] = [];
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) return wrong;
    const [one, other] = pair.map(Number) as [number, number];
    const [scoreOfOne, scoreOfOther] = [Number(scores[one]), Number(scores[other])];
    const known = item.responses[one] !== undefined && item.responses[other] !== undefined;
    // A pair of equal scores, or of a score that is no number, has no better response.
    if (!known || !(scoreOfOne > scoreOfOther || scoreOfOne < scoreOfOther)) return wrong;
    const [better, worse] = scoreOfOne > scoreOfOther ? [one, other] : [other, one];
    found.push(pairNamed(better, worse));
  }
  return found;
}

function readingOf(reading: Reading, { source, comparisons, category, prompt }: Layout): Reading {
  const read = new Set([...prompt, category.at, ...(comparisons.kind === 'listed' ? [comparisons.at] : [])]);
  const shape =
    comparisons.kind === 'better-by-worse'
      ? `${reading.shape}, ${comparisons.count ** 2} comparisons a record`
      : comparisons.kind === 'listed'
        ? `${reading.shape}, the pairs of ${comparisons.at}`
        : reading.shape;
  return {
    shape,
    unused: reading.unused.filter((column) => !read.has(column)),
    describe: () => ({ ...reading.describe(), shape, source }),
  };
}
