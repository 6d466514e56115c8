/** Writes the rows of a set, a file after the other, as they come: places ascend. */
import { type Codec, type Column, IntegrityError, type Store } from '@proofmill/contract';
import { type Division, type PlaceInSet, placeOf, setPath, type TrainerForm } from '@proofmill/export-rows';
import { contentOf, encodeTable } from '@proofmill/folder';
import type { Placed } from './candidates.ts';
import type { SetManifest } from './training-set.ts';

interface SetTable {
  readonly store: Store;
  readonly codec: Codec;
  readonly form: TrainerForm;
  readonly columns: readonly Column[];
  readonly rowOf: (placed: Placed) => object;
  readonly division: Division;
}

type SetFile = SetManifest['files'][number];

/** A file that exists has the same bytes, or is refused: equal rows give equal bytes. */
export async function writeSetFiles(
  first: Placed,
  placed: AsyncGenerator<Placed, undefined>,
  table: SetTable,
): Promise<SetFile[]> {
  const files: SetFile[] = [];
  let next: IteratorResult<Placed, undefined> = { done: false, value: first };
  while (!next.done) {
    const place = placeOf(next.value.promptKey, table.division);
    let rows = 0;
    const own = async function* (): AsyncGenerator<object> {
      while (!next.done && isSame(placeOf(next.value.promptKey, table.division), place)) {
        rows += 1;
        yield table.rowOf(next.value);
        next = await placed.next();
      }
    };
    const written = await writeOnce(table, setPath(table.form, place, table.division.files), own());
    files.push({ ...written, split: place.split, rows });
  }
  return files;
}

const isSame = (one: PlaceInSet, other: PlaceInSet): boolean => one.split === other.split && one.file === other.file;

async function writeOnce(
  { store, codec, form, columns }: SetTable,
  path: string,
  rows: AsyncIterable<object>,
): Promise<Pick<SetFile, 'path' | 'bytes' | 'sha256'>> {
  const content = encodeTable(rows, { format: form.format, columns }, codec);
  const { bytes, sha256, created } = await store.write(path, content);
  if (!created && (await contentOf(store.stream(path))).sha256 !== sha256) {
    throw new IntegrityError(
      `${path} is not what this export writes: it is damaged. Remove the folder and export again`,
    );
  }
  return { path, bytes, sha256 };
}
