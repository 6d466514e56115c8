/** One run of an output folder at a time, on one machine. */
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UnavailableError } from '@proofmill/contract';
import { type Holder, holderOf, holdPlace } from '@proofmill/runtime';
import { shownOutput } from './output.ts';

/**
 * Holds an output folder for a run of this process, until disposed of or until the process ends. Two runs would share the work
 * without harm, but would pay for some answers twice. Roles that are started by hand, and other machines, do not ask here.
 * @throws UnavailableError when another run of this machine holds it
 */
export async function holdOutput(out: string): Promise<AsyncDisposable> {
  const held = await holdPlace(await placeOf(out));
  if ('holder' in held) return held;
  const shown = shownOutput(out);
  throw new UnavailableError(
    'running',
    `${shown}: another run on this machine is working on it${held.taken === null ? '' : ` (${readableHolder(held.taken)})`}. Follow it with \`proofmill status --watch ${shown}\``,
    { runAgainWhen: 'that one has ended' },
  );
}

/** The run of this machine that works on an output folder now; null for none. */
export const runOf = async (out: string): Promise<Holder | null> => holderOf(await placeOf(out));

export const readableHolder = ({ pid, since }: Holder): string => `process ${pid}, since ${since}`;

/** One name for a place, whatever links lead there and whether it exists yet. */
async function placeOf(out: string): Promise<string> {
  if (out.includes('://')) return out.replace(/\/+$/, '');
  const missing: string[] = [];
  for (let folder = resolve(out); ; folder = dirname(folder)) {
    const real = await realpath(folder).catch(() => null);
    if (real !== null) return join(real, ...missing);
    missing.unshift(basename(folder));
    if (folder === dirname(folder)) return resolve(out);
  }
}
