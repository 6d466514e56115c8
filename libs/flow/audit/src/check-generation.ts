/** Checks a generation as the run that it is, and that it asked about the records that it says, as the first run planned them. */
import {
  type Codec,
  type ExtensionGeneration,
  type Generation,
  generationFile,
  generationFolder,
  idOf,
  itemId,
  type PackLine,
  type Store,
} from '@proofmill/contract';
import {
  generationStore,
  readEnd,
  readEntry,
  readLines,
  readStage,
  retriedRecords,
  type StageFolder,
  stageFolder,
} from '@proofmill/folder';
import { differences } from '@proofmill/plan';
import { attempt } from './attempt.ts';
import { type CheckedStage, checkStage } from './check-stage.ts';
import { type Findings, findingsIn } from './findings.ts';
import { labelDefinitionOf } from './label-definition.ts';

export interface CheckedGeneration {
  readonly number: number;
  readonly stages: readonly CheckedStage[];
}

export interface GenerationCheck {
  readonly found: Findings;
  /** The job as job.json of the first run has it. */
  readonly identity: unknown;
  /** Given where every row is to be checked. */
  readonly codec: Codec | null;
  readonly isCleaned: boolean;
  /** Shards of the first run and of the extensions before. */
  readonly shardsBefore: number;
}

export async function checkGeneration(
  store: Store,
  generation: Generation,
  { found, identity, codec, isCleaned, shardsBefore }: GenerationCheck,
): Promise<CheckedGeneration> {
  const folder = generationStore(store, generation.number);
  const foundHere = findingsIn(found, generationFolder(generation.number));
  if (generation.kind === 'extension' && generation.firstShard !== shardsBefore) {
    const { firstShard } = generation;
    foundHere.add(generationFile, `its ids begin with shard ${firstShard}, and ${shardsBefore} shards precede it`);
  }
  const stages: CheckedStage[] = [];
  for (const stage of generation.stages) {
    const ofStage = stageFolder(folder, stage.definition.name, stage.run);
    const stored = await attempt(foundHere, ofStage.paths.stage, () => readStage(ofStage));
    if (stored && differences(stored, stage).length > 0)
      foundHere.add(ofStage.paths.stage, 'it is not the stage that generation.json names');
    const labelled = labelDefinitionOf(generation.stages);
    stages.push(await checkStage({ store: folder, stage, identity, labelled, found: foundHere, codec, isCleaned }));
  }
  const [first] = generation.stages;
  if (codec && first && !isCleaned) {
    const planned = stageFolder(folder, first.definition.name, first.run);
    await attempt(foundHere, planned.paths.plan, () => checkPlanned(store, generation, planned, codec, foundHere));
  }
  return { number: generation.number, stages };
}

/** Holds the plan of a generation against what failed before it. A plan that has not ended has some of it. */
async function checkPlanned(
  store: Store,
  generation: Generation,
  folder: StageFolder,
  codec: Codec,
  found: Findings,
): Promise<void> {
  if (generation.kind === 'extension') return await checkFollowing(generation, folder, codec, found);
  const records = retriedRecords({ store, codec, stage: generation.stages[0]?.definition.name ?? '', generation });
  try {
    for await (const { id, line } of plannedLines(folder, codec)) {
      const wanted = await records.next();
      const item = itemOf(line);
      if (wanted.done) return found.add(folder.paths.plan, `it plans ${id}, which is not to be asked about again`);
      if (wanted.value.id === id && (!item || differences(wanted.value.item, item).length === 0)) continue;
      return found.add(folder.paths.plan, `it plans ${id}, where ${wanted.value.id} is to be asked about as it was`);
    }
    if (!(await readEnd(folder))) return;
    const left = await records.next();
    if (!left.done) found.add(folder.paths.plan, `it lacks ${left.value.id}, which is to be asked about again`);
  } finally {
    await records.return(undefined);
  }
}

/** Ids of an extension follow those of the shards before it. */
async function checkFollowing(
  { firstShard }: ExtensionGeneration,
  folder: StageFolder,
  codec: Codec,
  found: Findings,
): Promise<void> {
  for await (const { id, place } of plannedLines(folder, codec)) {
    const wanted = itemId(firstShard + place.shard, place.index);
    if (id !== wanted) return found.add(folder.paths.plan, `it plans ${id}, where ${wanted} follows`);
  }
}

/** Null for a record that turned out to be too large. */
function itemOf(line: PackLine): unknown {
  if (line.ask) return line.item;
  return line.decided.type === 'same' ? line.decided.item : null;
}

interface PlannedLine {
  readonly id: string;
  /** Where it is in the plan of the generation. */
  readonly place: { readonly shard: number; readonly index: number };
  readonly line: PackLine;
}

async function* plannedLines(folder: StageFolder, codec: Codec): AsyncGenerator<PlannedLine> {
  for (let shard = 0; ; shard += 1) {
    const stored = await readEntry(folder, shard);
    if (!stored) return;
    for (const chunk of stored.entry.chunks.keys()) {
      for (const line of await readLines(folder, codec, stored.entry, chunk)) {
        yield { id: idOf(line, shard), place: { shard, index: line.index }, line };
      }
    }
  }
}
