/**
 * The records of an output that have no label now. The newest generation that has an id holds its outcome; only failures are
 * asked about again, so what failed in the first run is all there is to look at.
 */
import {
  type Codec,
  compareIds,
  type Failure,
  IntegrityError,
  type Item,
  type Outcome,
  type PackLine,
  type PlanEntry,
  placeOfId,
  type RetryGeneration,
  type Row,
  type Store,
  type Totals,
} from '@proofmill/contract';
import { addJoined, emptyTotals } from '@proofmill/stats';
import { damaged, pathInOutput } from './damage.ts';
import { generationStore, readGenerations } from './generations.ts';
import { checkedFailuresOf, checkedOutcomesOf, isRow } from './outcomes.ts';
import { readLines } from './packs.ts';
import { readEntry } from './plan.ts';
import { type StageFolder, stageFolder } from './stage-folder.ts';

/** A record to be asked about again. */
export interface RetriedRecord {
  readonly id: string;
  readonly item: Item;
}

/** An output, and what its files are read with. */
interface Place {
  readonly store: Store;
  readonly codec: Codec;
}

/** A failure, and the run that planned its record. */
interface PlannedFailure {
  readonly failure: Failure;
  readonly origin: Origin;
}

/** A run that planned records of the corpus: the first run, or an extension. */
interface Origin {
  /** 0: the first run. */
  readonly generation: number;
  readonly folder: StageFolder;
  /** The shard by which the ids of its first one go. */
  readonly firstShard: number;
}

/**
 * The newest failure of every record that has no label in a stage, as it is before generation `before`, in the order of ids.
 * IntegrityError where the stage, or an earlier generation of it, is not committed.
 */
async function* failuresBefore({ store, codec }: Place, stage: string, before: number): AsyncGenerator<PlannedFailure> {
  const earlier = (await readGenerations(store)).filter(({ number }) => number < before);
  const folderOf = (number: number): StageFolder => stageFolder(generationStore(store, number), stage);
  const origins: Origin[] = [{ generation: 0, folder: stageFolder(store, stage), firstShard: 0 }];
  await using cursors = new AsyncDisposableStack();
  const retries: Cursor[] = [];
  for (const generation of earlier) {
    const { number } = generation;
    if (generation.kind === 'retry') retries.push(cursors.use(cursorOf(folderOf(number), codec)));
    else origins.push({ generation: number, folder: folderOf(number), firstShard: generation.firstShard });
  }
  for (const origin of origins) {
    for await (const failure of checkedFailuresOf(origin.folder)) {
      let newest: Row | Failure = failure;
      for (const cursor of retries) newest = (await cursor.find(failure.id)) ?? newest;
      if (!isRow(newest)) yield { failure: newest, origin };
    }
  }
}

/** The failures of a stage that a generation supersedes: their records have a newer outcome in it. */
async function* supersededFailures(place: Place, stage: string, generation: number): AsyncGenerator<Failure> {
  await using cursor = cursorOf(stageFolder(generationStore(place.store, generation), stage), place.codec);
  for await (const { failure } of failuresBefore(place, stage, generation)) {
    if (await cursor.find(failure.id)) yield failure;
  }
}

/**
 * What the failures that a generation supersedes have counted in the totals of a stage. `position` is that of the stage in the
 * pipeline: a later stage has skipped them.
 */
export async function supersededTotals(
  place: Place,
  { stage, position, generation }: { stage: string; position: number; generation: number },
): Promise<Totals> {
  const totals = emptyTotals();
  const outcome: Outcome =
    position === 0
      ? { type: 'done', tokens: { prompt: 0, completion: 0 } }
      : { type: 'skipped', reason: 'failed in an earlier stage' };
  for await (const failure of supersededFailures(place, stage, generation)) {
    addJoined(totals, { failure }, outcome, stage);
  }
  return totals;
}

/**
 * The records that a retry asks about, with their items from the packs that planned them. A record that could not be read
 * has no item and is left out. IntegrityError where a pack is not the planned one.
 */
export async function* retriedRecords(options: {
  readonly store: Store;
  readonly codec: Codec;
  /** Name of the first stage. */
  readonly stage: string;
  readonly generation: RetryGeneration;
}): AsyncGenerator<RetriedRecord> {
  const { store, codec, stage, generation } = options;
  const packs = packReader(codec);
  for await (const { failure, origin } of failuresBefore({ store, codec }, stage, generation.number)) {
    if (generation.classes && !generation.classes.includes(failure.class)) continue;
    const item = itemIn(await packs.line(origin, failure.id));
    if (item) yield { id: failure.id, item };
  }
}

function itemIn(line: PackLine): Item | null {
  if (line.ask) return line.item;
  return line.decided.type === 'same' ? line.decided.item : null;
}

interface Cursor extends AsyncDisposable {
  /** The record with this id; null without one. Ids must be asked for in their order. */
  find(id: string): Promise<Row | Failure | null>;
}

function cursorOf(folder: StageFolder, codec: Codec): Cursor {
  const outcomes = checkedOutcomesOf(folder, codec);
  let head: Row | Failure | null = null;
  let isOpen = true;
  const advance = async (): Promise<void> => {
    const next = await outcomes.next();
    isOpen = !next.done;
    head = next.done ? null : next.value.record;
  };
  return {
    async find(id) {
      if (head === null && isOpen) await advance();
      while (head !== null && compareIds(head.id, id) < 0) await advance();
      return head?.id === id ? head : null;
    },
    async [Symbol.asyncDispose]() {
      await outcomes.return(undefined);
    },
  };
}

/** Reads lines of packs by id. Ids come in their order, so the last chunk is the one that is kept. */
function packReader(codec: Codec): { line(origin: Origin, id: string): Promise<PackLine> } {
  let entry: PlanEntry | null = null;
  let entryOf = '';
  let chunk = -1;
  let lines: readonly PackLine[] = [];
  return {
    async line({ generation, folder, firstShard }, id) {
      const place = placeOfId(id);
      const shard = place.shard - firstShard;
      if (entryOf !== `${generation} ${shard}`) {
        entry = (await readEntry(folder, shard))?.entry ?? null;
        entryOf = `${generation} ${shard}`;
        chunk = -1;
      }
      if (!entry) throw new IntegrityError(`${pathInOutput(folder.store, folder.paths.entry(shard))} is missing`);
      const { index } = place;
      const wanted = entry.chunks.findIndex(({ first, count }) => index >= first && index < first + count);
      if (wanted !== chunk) lines = await readLines(folder, codec, entry, wanted);
      chunk = wanted;
      const line = lines.find((planned) => planned.index === index);
      if (!line) throw damaged(folder.store, folder.paths.pack(shard), `has no item ${index}`);
      return line;
    },
  };
}
