/**
 * Records what this process does to the files below one folder: the calls of node:fs/promises that change something, and those
 * that make something durable, in the order in which they ended. The calls take effect as always. Whatever changes the folder by
 * another call shows as a difference between the record and the folder (`everything` in crash-states.ts), so nothing passes unseen.
 *
 * A sync counts for what had ended when it began. One that `ignoring` names is not made, as if its line had been removed.
 */
import { fstatSync, lstatSync, readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import files, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { basename, dirname, join, sep } from 'node:path';

/** A change that is durable once its own inode is synced: of a folder for an entry, of a file for bytes. */
export type Change =
  /** `target` is the inode that has the name now; null: the name is free. */
  | { readonly kind: 'entry'; readonly inode: number; readonly name: string; readonly target: number | null }
  | { readonly kind: 'bytes'; readonly inode: number; readonly position: number; readonly bytes: Uint8Array };

type FileEvent =
  | Change
  /** The changes of the inode among the events before `upTo` are durable. */
  | { readonly kind: 'sync'; readonly inode: number; readonly upTo: number };

/** What was in a folder, durably, when the recording began. Inode 0 is the folder. */
interface Origin {
  readonly folders: ReadonlyMap<number, ReadonlyMap<string, number>>;
  readonly files: ReadonlyMap<number, Uint8Array>;
}

export interface RecordedFiles extends Disposable {
  readonly origin: Origin;
  readonly events: readonly FileEvent[];
  /** Which inodes are folders. */
  readonly folders: ReadonlySet<number>;
  /** The places in the sources that made a sync: `place.ts place:62`. */
  readonly sites: ReadonlySet<string>;
}

export interface RecordingOptions {
  /** Part of the path of the sources whose syncs are sites. Syncs of others always count. */
  readonly sources: string;
  /** A site whose syncs do nothing. */
  readonly ignoring?: string | undefined;
  /** Links from these files fail, as they do between two file systems. */
  readonly cannotLink?: ((source: string) => boolean) | undefined;
}

/** Records until it is disposed of. One recording at a time: it changes node:fs/promises for the whole process. */
export function recordFiles(folder: string, options: RecordingOptions): RecordedFiles {
  const recorder = new Recorder(folder, options);
  const { open, mkdir, link, rename, rm, unlink } = files;
  const originals = { open, mkdir, link, rename, rm, unlink };
  Object.assign(files, recorder.calls(originals));
  syncBuiltinESMExports();
  return Object.assign(recorder, {
    [Symbol.dispose]() {
      Object.assign(files, originals);
      syncBuiltinESMExports();
    },
  });
}

type Calls = Pick<typeof files, 'open' | 'mkdir' | 'link' | 'rename' | 'rm' | 'unlink'>;

class Recorder {
  readonly events: FileEvent[] = [];
  readonly folders = new Set<number>();
  readonly sites = new Set<string>();
  readonly origin: Origin;
  readonly #folder: string;
  readonly #options: RecordingOptions;
  /** By device and number. A number is free again once its file is gone, so a new file replaces the known one. */
  readonly #inodes = new Map<string, number>();
  /** Folders of calls that have not returned, a call each. Another call may be the first to find one there. */
  readonly #making = new Set<{ readonly folders: readonly string[] }>();
  #count = 0;

  constructor(folder: string, options: RecordingOptions) {
    this.#folder = folder;
    this.#options = options;
    const origin = { folders: new Map<number, Map<string, number>>(), files: new Map<number, Uint8Array>() };
    this.#scan(folder, origin);
    this.origin = origin;
  }

  calls(originals: Calls): Record<keyof Calls, (...inputs: never[]) => Promise<unknown>> {
    const { open, mkdir, link, rename, rm, unlink } = originals;
    const removing =
      (remove: typeof rm) =>
      async (path: string, options?: object): Promise<void> => {
        const existed = this.#holds(path) && exists(path);
        await remove(path, options);
        if (existed) this.#noteEntry(path, null);
      };
    return {
      open: async (path: string, flags?: string | number, mode?: number) => {
        const handle = await open(path, flags, mode);
        return this.#holds(path) ? this.#recorded(handle, path, flags === 'wx') : handle;
      },
      mkdir: async (path: string, options?: { recursive?: boolean }) => {
        const call = { folders: this.#holds(path) ? this.#missingFolders(path) : [] };
        this.#making.add(call);
        try {
          const made = await mkdir(path, options);
          for (const each of call.folders) this.#noteFolder(each);
          return made;
        } finally {
          this.#making.delete(call);
        }
      },
      link: async (source: string, target: string) => {
        if (this.#options.cannotLink?.(source))
          throw Object.assign(new Error('EXDEV: cross-device link'), { errno: -18, code: 'EXDEV', syscall: 'link' });
        await link(source, target);
        if (this.#holds(target)) this.#noteEntry(target, this.#inodeOf(lstatSync(target), target));
      },
      rename: async (source: string, target: string) => {
        await rename(source, target);
        if (this.#holds(target)) this.#noteEntry(target, this.#inodeOf(lstatSync(target), target));
        if (this.#holds(source)) this.#noteEntry(source, null);
      },
      rm: removing(rm),
      unlink: removing(unlink as typeof rm),
    };
  }

  #scan(path: string, origin: { folders: Map<number, Map<string, number>>; files: Map<number, Uint8Array> }): number {
    const stats = lstatSync(path);
    const inode = this.#adopt(stats);
    if (!stats.isDirectory()) {
      origin.files.set(inode, readFileSync(path));
      return inode;
    }
    this.folders.add(inode);
    origin.folders.set(inode, new Map(readdirSync(path).map((name) => [name, this.#scan(join(path, name), origin)])));
    return inode;
  }

  /** A handle whose writes and syncs are recorded. */
  #recorded(handle: FileHandle, path: string, isNew: boolean): FileHandle {
    const stats = fstatSync(handle.fd);
    const inode = isNew ? this.#adopt(stats) : this.#inodeOf(stats, path);
    if (isNew) this.#noteEntry(path, inode);
    const [write, sync, datasync] = [handle.write.bind(handle), handle.sync.bind(handle), handle.datasync.bind(handle)];
    return Object.assign(handle, {
      write: async (source: Uint8Array, offset: number, length: number, position: number) => {
        const bytes = Uint8Array.from(source.subarray(offset, offset + length));
        const written = await write(source, offset, length, position);
        this.events.push({ kind: 'bytes', inode, position, bytes: bytes.subarray(0, written.bytesWritten) });
        return written;
      },
      sync: () => this.#noteSync(inode, sync),
      datasync: () => this.#noteSync(inode, datasync),
    });
  }

  async #noteSync(inode: number, sync: () => Promise<void>): Promise<void> {
    const site = siteOf(new Error().stack ?? '', this.#options.sources);
    if (site !== null) this.sites.add(site);
    if (site !== null && site === this.#options.ignoring) return;
    const upTo = this.events.length;
    await sync();
    this.events.push({ kind: 'sync', inode, upTo });
  }

  #noteFolder(path: string): void {
    const stats = statSync(path);
    if (this.#inodes.has(keyOf(stats))) return;
    const inode = this.#adopt(stats);
    this.folders.add(inode);
    this.#noteEntry(path, inode);
  }

  #noteEntry(path: string, target: number | null): void {
    const folder = dirname(path);
    if ([...this.#making].some(({ folders }) => folders.includes(folder))) this.#noteFolder(folder);
    this.events.push({ kind: 'entry', inode: this.#inodeOf(statSync(folder), folder), name: basename(path), target });
  }

  #missingFolders(path: string): string[] {
    return exists(path) ? [] : [...this.#missingFolders(dirname(path)), path];
  }

  #holds(path: unknown): boolean {
    return typeof path === 'string' && (path === this.#folder || path.startsWith(this.#folder + sep));
  }

  #adopt(stats: Stats): number {
    const inode = this.#count;
    this.#count += 1;
    this.#inodes.set(keyOf(stats), inode);
    return inode;
  }

  #inodeOf(stats: Stats, path: string): number {
    const inode = this.#inodes.get(keyOf(stats));
    if (inode === undefined) throw new Error(`${path} was made by a call that is not recorded`);
    return inode;
  }
}

const keyOf = ({ dev, ino }: Stats): string => `${dev}:${ino}`;

const exists = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** The function that asked for a sync, and its line; null where it is none of the sources. */
function siteOf(stack: string, sources: string): string | null {
  for (const line of stack.split('\n')) {
    if (!line.includes(sources)) continue;
    const [, name = 'anonymous', file, at] = /at (?:async )?(?:(\S+) \()?.*?([^/]+\.ts):(\d+)/.exec(line) ?? [];
    // It is what others sync a folder with.
    if (name !== 'syncFolder') return `${file} ${name.replace(/^.*[.]/, '')}:${at}`;
  }
  return null;
}
