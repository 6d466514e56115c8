/** Finds items of a shard with the same prompt and the same responses in any order: one of them is asked about for all. */
import { bounds, type PackLine, type StageDefinition, sha256 } from '@proofmill/contract';

/** Items that a shard remembers. Of a larger shard the oldest are forgotten, and their duplicates are asked about again. */
const mostRemembered = 100_000;

/** Longer items may turn out to be too large for a message; those are not asked about at all. */
const maxBytes = bounds.frameBytes / 2;

/** The item that is asked about for all that are like it. One takes about 130 bytes with its key. */
interface First {
  readonly index: number;
  readonly id?: string;
  /** The indexes of its responses, in the order of their texts. */
  readonly sorted: readonly number[];
}

/** Half a digest, a character for each byte. */
const keyOf = (content: unknown): string =>
  Buffer.from(sha256(JSON.stringify(content)).slice(0, 32), 'hex').toString('latin1');

const straight: readonly number[] = [0, 1];
const reversed: readonly number[] = [1, 0];

/** Pairs, which nearly all items are, need no array each. */
const shared = (sorted: readonly number[]): readonly number[] =>
  sorted.length === 2 ? (sorted[0] === 0 ? straight : reversed) : sorted;

/** Takes the lines of a shard in their order; returns each one, or a line that refers to an earlier one in its place. */
export function duplicateFinder(kind: StageDefinition['kind']): (line: PackLine, bytes: number) => PackLine {
  const seen = new Map<string, First>();
  return (line, bytes) => {
    if (!line.ask || bytes > maxBytes) return line;
    const { item, prior, index } = line;
    const id = line.id === undefined ? {} : { id: line.id };
    const { responses } = item;
    const sorted = responses
      .map((_, at) => at)
      .sort((a, b) => compare(responses[a] ?? '', responses[b] ?? '') || a - b);
    const winner = kind === 'prove' ? (prior ? prior.winner : item.gold) : null;
    const key = keyOf([
      item.prompt.map(({ role, content }) => [role, content]),
      sorted.map((at) => responses[at]),
      winner === null ? null : responses[winner],
    ]);
    const first = seen.get(key);
    if (!first) {
      seen.set(key, { index, ...id, sorted: shared(sorted) });
      const [oldest] = seen.size > mostRemembered ? seen.keys() : [];
      if (oldest !== undefined) seen.delete(oldest);
      return line;
    }
    const askedIndexes = responses.map((_, at) => first.sorted[sorted.indexOf(at)] ?? 0);
    const { sourceId, source } = item;
    const asId = first.id === undefined ? {} : { asId: first.id };
    const decided = { type: 'same' as const, as: first.index, ...asId, responses: askedIndexes, item };
    return { ask: false, index, ...id, source, sourceId, decided, prior };
  };
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
