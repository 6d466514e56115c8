/** How far a loop is, from its folder alone. */
import { IntegrityError, type RoundFile, roundFileSchema, type Store, sha256 } from '@proofmill/contract';
import { readObject } from '@proofmill/folder';

export interface FoundRound {
  /** Its folder. */
  readonly folder: string;
  /** Null while it is not done. */
  readonly file: RoundFile | null;
  /** The steps that have begun, by their folders. */
  readonly begun: readonly string[];
}

/**
 * The rounds of a folder in their order. `check`: each has to name the one before by its digest.
 * @throws {IntegrityError} where one is damaged, or does not follow the one before
 */
export async function readRounds(store: Store): Promise<FoundRound[]> {
  const paths = await store.list('');
  const folders = [...new Set(paths.map((path) => path.split('/')[0] ?? ''))].filter((name) =>
    /^(?:round-\d{3}|final)$/.test(name),
  );
  const ordered = folders.sort(
    (one, other) => Number(one === 'final') - Number(other === 'final') || (one < other ? -1 : 1),
  );
  const rounds: FoundRound[] = [];
  let before: string | null = null;
  for (const folder of ordered) {
    const path = `${folder}/ROUND.json`;
    const bytes = await store.read(path);
    const file = await readObject(store, path, roundFileSchema);
    if (file && (file.parent?.sha256 ?? null) !== before)
      throw new IntegrityError(`${path} does not name the round before it, as that is now`);
    before = bytes && sha256(bytes);
    const inside = paths.filter((each) => each.startsWith(`${folder}/`)).map((each) => each.split('/')[1] ?? '');
    rounds.push({ folder, file, begun: [...new Set(inside)].filter((name) => name !== 'ROUND.json') });
  }
  return rounds;
}
