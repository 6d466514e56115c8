/**
 * What a folder may hold after the machine has lost power: everything that was synced, and of the rest whatever the system had
 * written by then. POSIX promises no order: a name may be there without the bytes, bytes without the name, a late change without
 * an early one.
 */
import { chanceOf } from '@proofmill/test-kit';
import type { Change, RecordedFiles } from './recorded-files.ts';

/** Paths below the folder; null is a folder. */
export type Tree = ReadonlyMap<string, Uint8Array | null>;

export interface CrashState {
  readonly name: string;
  readonly tree: Tree;
}

type Fate = 'kept' | 'lost' | 'zeros' | 'half';

/** What becomes of the changes that were not synced. */
const fates: Readonly<Record<string, (kind: Change['kind'], chance: () => number) => Fate>> = {
  'nothing unsynced is left': () => 'lost',
  'names are left, without their bytes': (kind) => (kind === 'entry' ? 'kept' : 'lost'),
  'names are left, and zeros for bytes': (kind) => (kind === 'entry' ? 'kept' : 'zeros'),
  'names are left, and half of each write': (kind) => (kind === 'entry' ? 'kept' : 'half'),
  'some of it is left, by chance': (_kind, chance) => (chance() < 0.5 ? 'kept' : 'lost'),
  'some of it is left, by another chance': (_kind, chance) => (chance() < 0.5 ? 'kept' : 'lost'),
  'all is left': () => 'kept',
};

/** What the folder may hold where power fails after the first `happened` events. */
export function* crashStates(record: RecordedFiles, happened: number): Generator<CrashState> {
  const isDurable = durableOf(record, happened);
  let seed = happened * Object.keys(fates).length;
  for (const [name, fateOf] of Object.entries(fates)) {
    seed += 1;
    const chance = chanceOf(seed);
    yield {
      name,
      tree: treeOf(record, happened, (change, at) => (isDurable(change, at) ? 'kept' : fateOf(change.kind, chance))),
    };
  }
}

/** What the folder holds when nothing is lost. */
export const everything = (record: RecordedFiles): Tree => treeOf(record, record.events.length, () => 'kept');

/** Whether a change was durable by then. */
function durableOf({ events }: RecordedFiles, happened: number): (change: Change, at: number) => boolean {
  const syncedUpTo = new Map<number, number>();
  for (const event of events.slice(0, happened)) {
    if (event.kind === 'sync') syncedUpTo.set(event.inode, Math.max(syncedUpTo.get(event.inode) ?? 0, event.upTo));
  }
  return ({ inode }, at) => at < (syncedUpTo.get(inode) ?? 0);
}

function treeOf(record: RecordedFiles, happened: number, fateOf: (change: Change, at: number) => Fate): Tree {
  const { origin, folders } = record;
  const names = new Map([...origin.folders].map(([inode, entries]) => [inode, new Map(entries)]));
  const contents = new Map(origin.files);
  record.events.slice(0, happened).forEach((event, at) => {
    if (event.kind === 'sync') return;
    const fate = fateOf(event, at);
    if (fate === 'lost') return;
    if (event.kind === 'bytes') {
      contents.set(event.inode, written(contents.get(event.inode), event.position, survivingBytes(event.bytes, fate)));
      return;
    }
    const entries = names.get(event.inode) ?? new Map<string, number>();
    names.set(event.inode, entries);
    if (event.target === null) entries.delete(event.name);
    else entries.set(event.name, event.target);
  });

  const tree = new Map<string, Uint8Array | null>();
  const walk = (folder: number, path: string): void => {
    for (const [name, inode] of names.get(folder) ?? []) {
      tree.set(path + name, folders.has(inode) ? null : (contents.get(inode) ?? new Uint8Array()));
      if (folders.has(inode)) walk(inode, `${path}${name}/`);
    }
  };
  walk(0, '');
  return tree;
}

function survivingBytes(bytes: Uint8Array, fate: Fate): Uint8Array {
  if (fate === 'zeros') return new Uint8Array(bytes.length);
  return fate === 'half' ? bytes.subarray(0, bytes.length >> 1) : bytes;
}

function written(known: Uint8Array = new Uint8Array(), position: number, bytes: Uint8Array): Uint8Array {
  const content = new Uint8Array(Math.max(known.length, position + bytes.length));
  content.set(known);
  content.set(bytes, position);
  return content;
}
