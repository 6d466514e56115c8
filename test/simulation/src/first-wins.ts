/**
 * Promise 7, seen from outside: a committed shard holds the first outcome of each item (lowest epoch, then position) in the
 * journals up to the cut that the manifest names. Only engines whose answers differ each time can show a violation.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  bounds,
  type Failure,
  type ItemReport,
  itemId,
  type Journals,
  type Manifest,
  manifestSchema,
  type OutcomeMessage,
  partitionOf,
  type RefusalMessage,
  type Row,
  type StageFile,
  stagePaths,
} from '@proofmill/contract';
import { type Crc32, frameContent, frameReader } from '@proofmill/merge';

/** An outcome, or the class that evidence fails the item with. */
type FirstOutcome = ItemReport | 'poison' | 'refused';

type Objects = ReadonlyMap<string, Uint8Array>;

/** Sentences on the items of a stage whose row or failure is not that of their first outcome, and on journals that lack what was committed. */
export async function firstOutcomeViolations(
  objects: Objects,
  stage: StageFile,
  journals: Journals,
  crc32: Crc32,
): Promise<string[]> {
  const paths = stagePaths(stage.definition.name);
  const wrong: string[] = [];
  for (const path of [...objects.keys()].filter((name) => name.startsWith(paths.manifests))) {
    const manifest = manifestSchema.parse(jsonAt(objects, path));
    wrong.push(...(await lostSources(stage, journals, manifest)));
    const stored = new Map<string, Row | Failure>();
    for (const file of [manifest.rows, manifest.failures])
      for (const line of linesAt(objects, file.path)) stored.set(line.id, line);
    for (const [index, outcome] of await firstOutcomes(stage, journals, crc32, manifest)) {
      const id = itemId(manifest.shard, index);
      const found = stored.get(id);
      if (!found || !isSameOutcome(found, outcome))
        wrong.push(
          `${stage.definition.name} ${id}: its first outcome is ${JSON.stringify(outcome)}, not the stored one`,
        );
    }
  }
  return wrong;
}

/** Sentences on journals that hold less than a manifest was made from: what is committed can be made again from what is durable. */
async function lostSources(stage: StageFile, journals: Journals, { shard, cut }: Manifest): Promise<string[]> {
  const lost: string[] = [];
  for (const { epoch, bytes } of cut) {
    let held = 0;
    for await (const piece of journals.read(partitionOf(shard, stage.partitions), epoch, 0, bytes))
      held += piece.length;
    if (held < bytes)
      lost.push(`shard ${shard} was made from ${bytes} bytes of the journal of epoch ${epoch}, which has ${held}`);
  }
  return lost;
}

/** Reads the journals in the order that decides, and deliberately without the ledger of the code under test. */
async function firstOutcomes(
  stage: StageFile,
  journals: Journals,
  crc32: Crc32,
  { shard, cut }: Manifest,
): Promise<Map<number, FirstOutcome>> {
  const first = new Map<number, FirstOutcome>();
  const suspicions = new Map<number, Set<number>>();
  const wereAlone = new Set<number>();
  const refusals = new Map<number, Set<number>>();
  for (const { epoch, bytes } of [...cut].sort((a, b) => a.epoch - b.epoch)) {
    const reader = frameReader(crc32);
    for await (const piece of journals.read(partitionOf(shard, stage.partitions), epoch, 0, bytes)) {
      for (const frame of reader.feed(piece)) {
        if (frame.shard !== shard || first.has(frame.index)) continue;
        const { body } = frameContent(frame.bytes) as OutcomeMessage | RefusalMessage;
        if (body.type === 'refused') noteDrive(refusals, frame.index, body.drive);
        else if (body.type !== 'suspect') first.set(frame.index, body);
        else {
          if (body.alone) wereAlone.add(frame.index);
          const drives = noteDrive(suspicions, frame.index, body.drive);
          if (drives >= bounds.suspicions && wereAlone.has(frame.index)) first.set(frame.index, 'poison');
        }
      }
    }
  }
  for (const [index, drives] of refusals) {
    if (drives.size >= bounds.refusals && !first.has(index)) first.set(index, 'refused');
  }
  return first;
}

/** Adds a drive to those of an item, and says how many there are. */
function noteDrive(all: Map<number, Set<number>>, index: number, drive: number): number {
  const drives = (all.get(index) ?? new Set()).add(drive);
  all.set(index, drives);
  return drives.size;
}

function isSameOutcome(stored: Row | Failure, outcome: FirstOutcome): boolean {
  if (typeof outcome === 'string')
    return 'class' in stored ? stored.class === outcome : stored.keptReason === `proof-failed: ${outcome}`;
  if (outcome.type === 'failed') {
    return 'class' in stored ? stored.class === outcome.class : stored.keptReason === `proof-failed: ${outcome.class}`;
  }
  if (outcome.type !== 'done' || 'class' in stored) return false;
  if (!outcome.label) return isDeepStrictEqual(stored.proof, outcome.proof);
  const { winner, votes, rationale } = outcome.label;
  return isDeepStrictEqual([stored.winner, stored.votes, stored.rationale], [winner, votes, rationale]);
}

const jsonAt = (objects: Objects, path: string): unknown => JSON.parse(textAt(objects, path));

const linesAt = (objects: Objects, path: string): (Row | Failure)[] =>
  textAt(objects, path)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row | Failure);

const textAt = (objects: Objects, path: string): string => Buffer.from(objects.get(path) ?? []).toString('utf8');
