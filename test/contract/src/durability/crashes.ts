/**
 * Plays a sequence of calls once, and lets the machine lose power after each of its steps, in each state that the files may be in
 * then. What was acknowledged by then has to be there, and what is there has to be whole.
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crashStates, everything, type Tree } from './crash-states.ts';
import { type RecordedFiles, recordFiles } from './recorded-files.ts';

/** Says what is wrong in a folder after a crash; null where nothing is. */
export type Check = (folder: string) => Promise<string | null>;

/** What a sequence works on. */
export interface Stage {
  readonly folder: string;
  /** From here on this holds, whatever happens to the machine. */
  acknowledged(check: Check): void;
  /** This holds after every crash, also after one before. */
  always(check: Check): void;
}

export interface Sequence {
  readonly name: string;
  play(stage: Stage): Promise<void>;
  /** Files that cannot be linked, as they are on another file system. */
  readonly cannotLink?: (source: string) => boolean;
}

export interface Crashed {
  /** The first loss: after which step, in which state, and what is wrong. Null where there is none. */
  readonly loss: string | null;
  /** The places in the sources that made a sync. */
  readonly sites: readonly string[];
  readonly states: number;
}

const sources = '/libs/io/blob/src/';

/** Plays a sequence and its crashes. `ignoring` is a place in the sources whose syncs do nothing. */
export async function crashThrough({ play, cannotLink }: Sequence, ignoring?: string): Promise<Crashed> {
  const base = await mkdtemp(join(tmpdir(), 'proofmill-crashes-'));
  try {
    const folder = join(base, 'live');
    await mkdir(folder);
    const claims: { readonly from: number; readonly check: Check }[] = [];
    using record = recordFiles(folder, { sources, ignoring, cannotLink });
    await play({
      folder,
      acknowledged: (check) => void claims.push({ from: record.events.length, check }),
      always: (check) => void claims.push({ from: 0, check }),
    });
    record[Symbol.dispose]();
    await requireWholeRecord(record, folder);
    return { ...(await firstLoss(record, base, claims)), sites: [...record.sites] };
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}

async function firstLoss(
  record: RecordedFiles,
  base: string,
  claims: readonly { readonly from: number; readonly check: Check }[],
): Promise<{ loss: string | null; states: number }> {
  const seen = new Set<string>();
  for (let happened = 0; happened <= record.events.length; happened += 1) {
    const due = claims.filter(({ from }) => from <= happened);
    for (const { name, tree } of crashStates(record, happened)) {
      const key = `${due.length} ${digestOf(tree)}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const place = join(base, String(seen.size));
      await writeTree(place, tree);
      for (const { check } of due) {
        const wrong = await check(place);
        if (wrong !== null)
          return {
            loss: `after step ${happened} of ${record.events.length}, where ${name}: ${wrong}`,
            states: seen.size,
          };
      }
      await rm(place, { recursive: true, force: true });
    }
  }
  return { loss: null, states: seen.size };
}

/** Throws where something has changed the folder by a call that was not recorded. */
async function requireWholeRecord(record: RecordedFiles, folder: string): Promise<void> {
  const [recorded, found] = [digestOf(everything(record)), digestOf(await readTree(folder))];
  if (recorded !== found)
    throw new Error('something has changed the folder by a call that recorded-files.ts does not know');
}

function digestOf(tree: Tree): string {
  const hash = createHash('sha256');
  for (const [path, bytes] of [...tree].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${path}\n${bytes?.length ?? 'folder'}\n`).update(bytes ?? '');
  return hash.digest('hex');
}

async function writeTree(place: string, tree: Tree): Promise<void> {
  await mkdir(place);
  for (const [path, bytes] of tree) {
    if (bytes === null) await mkdir(join(place, path), { recursive: true });
    else {
      await mkdir(dirname(join(place, path)), { recursive: true });
      await writeFile(join(place, path), bytes);
    }
  }
}

async function readTree(folder: string): Promise<Tree> {
  const tree = new Map<string, Uint8Array | null>();
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    tree.set(path.slice(folder.length + 1), entry.isDirectory() ? null : await readFile(path));
  }
  return tree;
}
