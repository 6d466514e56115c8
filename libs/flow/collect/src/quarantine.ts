import type { StageFolder } from '@proofmill/folder';

/** Sets aside what does not belong, for a person to look at; `reason` is the rest of "it ..". It keeps the first ones only, so that a flood cannot fill the disk. */
export type Quarantine = (bytes: Uint8Array, reason: string) => Promise<void>;

const mostKept = 100;

export function quarantineIn(
  { store, paths }: StageFolder,
  partition: number,
  onRefusal: (reason: string) => void,
): Quarantine {
  let count = 0;
  return async (bytes, reason) => {
    count += 1;
    onRefusal(reason);
    if (count > mostKept) return;
    await store.write((sha256) => `${paths.root}/quarantine/${partition}-${sha256.slice(0, 16)}`, [bytes]);
  };
}
