/** What planning would find, without writing anything. */
import type { AskedLine, Corpus, Input, Item, Job, Sizes, StageDefinition } from '@proofmill/contract';
import type { Description, Reading } from '@proofmill/corpus';
import { mostAnswers } from '@proofmill/judge';
import {
  type Draw,
  duplicateFinder,
  encodePackLine,
  isShardFull,
  itemsOfChunk,
  sightOf,
  startsNewChunk,
} from '@proofmill/plan';
import { FailureTally, Lengths } from '@proofmill/stats';
import { corpusRecords } from './planned-records.ts';
import { RecordQueue } from './record-queue.ts';

export interface Survey {
  readonly records: number;
  /** Records that need no engine, since they could not be read. */
  readonly unreadable: number;
  /** Records that are asked about. */
  readonly asked: number;
  /** Records with the prompt and the responses of another one of their shard, which is asked about in their place. */
  readonly duplicates: number;
  /** Answers that the first stage asks for, at most; those in place of unreadable ones come on top. */
  readonly answers: number;
  /** Characters of the conversation and the responses of an item. */
  readonly lengths: Lengths;
  readonly gold: number;
  /** Records whose gold label is a tie. */
  readonly goldTies: number;
  readonly shards: number;
  readonly chunks: number;
  /** Records of each shape that was recognised. */
  readonly flavours: ReadonlyMap<string, number>;
  /** How the records of each shape were read. */
  readonly readings: ReadonlyMap<string, ReadAs>;
  /** What could not be read, by class. */
  readonly problems: FailureTally;
  readonly example: Item | null;
  /** Files whose names contradict their content, or decide what it leaves open: a sentence each. */
  readonly notices: readonly string[];
}

/** A shape: how its records were read, every column that nobody reads, and its first items. */
export interface ReadAs {
  readonly reading: Description;
  readonly unused: Set<string>;
  readonly items: Item[];
}

const itemsShown = 3;
const mostUnused = 100;

/** Reads the corpus as planning does, and counts. */
export async function survey(options: {
  corpus: Corpus;
  inputs: readonly Input[];
  spec: Job['spec']['corpus'];
  sizes: Sizes;
  first: StageDefinition;
  /** Takes each item that is asked about, with its characters, but those of the first `skip` records. */
  draw?: { readonly from: Draw<AskedLine>; readonly skip: number };
}): Promise<Survey> {
  const { corpus, inputs, spec, sizes, first, draw } = options;
  const flavours = new Map<string, number>();
  const readings = new Map<string, ReadAs>();
  const problems = new FailureTally();
  const lengths = new Lengths();
  const counts = { records: 0, unreadable: 0, asked: 0, duplicates: 0, answers: 0, gold: 0, goldTies: 0 };
  const parts = { shards: 0, chunks: 0 };
  let findDuplicate = duplicateFinder(first.kind);
  let example: Item | null = null;
  let shard = { records: 0, bytes: 0 };
  let chunk = { items: 0, bytes: 0, mostItems: 0 };
  const notices: string[] = [];
  const records = corpusRecords(corpus, inputs, spec, first, 0, (sentence) => notices.push(sentence));
  const queue = await RecordQueue.open(records, sightOf(sizes));
  for (let record = queue.head; record; record = queue.head) {
    const own = record.line(shard.records);
    const ownBytes = encodePackLine(own).length;
    const line = findDuplicate(own, ownBytes);
    const bytes = line === own ? ownBytes : encodePackLine(line).length;
    if (chunk.items === 0 || startsNewChunk(chunk, bytes, sizes)) {
      if (shard.records === 0) parts.shards += 1;
      parts.chunks += 1;
      chunk = { items: 0, bytes: 0, mostItems: itemsOfChunk(sizes, queue.left) };
    }
    chunk = { ...chunk, items: chunk.items + 1, bytes: chunk.bytes + bytes };
    counts.records += 1;
    shard = { records: shard.records + 1, bytes: shard.bytes + record.bytes };
    if (own.ask) {
      const { item } = own;
      if (record.reading) {
        const { shape } = record.reading;
        flavours.set(shape, (flavours.get(shape) ?? 0) + 1);
        addReading(readings, record.reading, item);
      }
      if (item.gold !== null) counts.gold += 1;
      if (item.goldTied) counts.goldTies += 1;
      example ??= item;
      if (line.ask) {
        counts.asked += 1;
        counts.answers += mostAnswers(first, item.responses);
        lengths.add(charactersOf(item));
        if (draw && counts.records > draw.skip) draw.from.offer(line, charactersOf(item));
      } else counts.duplicates += 1;
    } else {
      counts.unreadable += 1;
      const { decided, source } = own;
      if (decided.type === 'failed') problems.add({ source, class: decided.class, message: decided.message });
    }
    if (isShardFull(shard, sizes)) {
      findDuplicate = duplicateFinder(first.kind);
      shard = { records: 0, bytes: 0 };
      chunk = { items: 0, bytes: 0, mostItems: 0 };
    }
    await queue.advance();
  }
  return { ...counts, ...parts, lengths, flavours, readings, problems, example, notices };
}

const charactersOf = ({ prompt, responses }: Item): number =>
  [...prompt.map(({ content }) => content), ...responses].reduce((sum, text) => sum + text.length, 0);

function addReading(readings: Map<string, ReadAs>, reading: Reading, item: Item): void {
  const known = readings.get(reading.shape) ?? { reading: reading.describe(), unused: new Set(), items: [] };
  readings.set(reading.shape, known);
  for (const column of reading.unused) if (known.unused.size < mostUnused) known.unused.add(column);
  if (known.items.length < itemsShown) known.items.push(item);
}
