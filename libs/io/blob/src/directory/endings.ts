/**
 * How a journal in a folder is ended: by two files beside it, each created once.
 *
 *   <epoch>.ended    its writer looks for this after each sync and ahead of every acknowledgement, so what was acknowledged was in the
 *                    file when this was made
 *   <epoch>.length   the bytes that the file had after that. What its writer appends later is no part of the journal, or some readers
 *                    would know of it and others not
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { IntegrityError } from '@proofmill/contract';
import { digits } from '../digits.ts';
import { diskError, errnoOf } from './disk-error.ts';
import type { Folders } from './folders.ts';
import { objectWriter } from './write-object.ts';

export const fileOf = (epoch: number): string => `${digits(epoch, 5)}.journal`;
export const markOf = (epoch: number): string => `${digits(epoch, 5)}.ended`;
const lengthFileOf = (epoch: number): string => `${digits(epoch, 5)}.length`;

/** Null where there is no such file. */
export async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw diskError(error, `look at ${path}`);
  }
}

export interface Endings {
  end(partition: number, epoch: number): Promise<void>;
  /** Null where it is not ended. The length is noted where nobody has done it: who ended the journal may have died. */
  lengthOfEnded(partition: number, epoch: number): Promise<number | null>;
}

/** `base` is absolute, and `pathOfPartition` relative to it. */
export function endingsIn(base: string, folders: Folders, pathOfPartition: (partition: number) => string): Endings {
  const { write } = objectWriter(base, folders);
  const lengthOfEnded = async (partition: number, epoch: number): Promise<number | null> => {
    const folder = pathOfPartition(partition);
    if ((await sizeOf(join(base, folder, markOf(epoch)))) === null) return null;
    const path = `${folder}/${lengthFileOf(epoch)}`;
    try {
      const noted = await textOf(join(base, path));
      if (noted !== null) return lengthIn(noted, path);
      const size = (await sizeOf(join(base, folder, fileOf(epoch)))) ?? 0;
      await write(path, [Buffer.from(`${size}\n`)]);
      // Another process may have noted it first.
      return lengthIn((await textOf(join(base, path))) ?? '', path);
    } catch (error) {
      throw diskError(error, `note the length of a journal in ${join(base, path)}`);
    }
  };
  return {
    async end(partition, epoch) {
      const mark = `${pathOfPartition(partition)}/${markOf(epoch)}`;
      try {
        await write(mark, []);
      } catch (error) {
        throw diskError(error, `create ${join(base, mark)}`);
      }
      await lengthOfEnded(partition, epoch);
    },
    lengthOfEnded,
  };
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function lengthIn(noted: string, path: string): number {
  if (/^\d+\n$/.test(noted)) return Number(noted);
  throw new IntegrityError(`${path} is damaged: it is no number. Remove it and give the same command again`);
}
