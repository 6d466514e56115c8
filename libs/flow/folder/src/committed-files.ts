/** Reads the files that manifests name, and compares them with their manifest as they are read. */
import { type CommittedFile, type Store, sha256Pieces } from '@proofmill/contract';
import { contentOf } from './content.ts';
import { damaged } from './damage.ts';
import { linesIn } from './json-lines.ts';

type Named = Pick<CommittedFile, 'path' | 'bytes' | 'sha256'>;

/** Reads a file to its end. IntegrityError where it is not what the object that names it says: a manifest, or a plan entry. */
export async function verifyCommitted(store: Store, file: Named, namedBy = 'manifest'): Promise<void> {
  const { bytes, sha256 } = await contentOf(store.stream(file.path));
  refuseDamaged(store, file, { bytes, sha256 }, namedBy);
}

/**
 * The records of a committed file, one for each line. IntegrityError where a line is no record, and at the end where the file is
 * not what its manifest says: whoever makes something durable of the records does so after the last one.
 */
export async function* committedRecords<Value>(
  store: Store,
  file: Named,
  schema: { parse(value: unknown): Value },
): AsyncGenerator<Value, undefined> {
  const errorOf = (what: string, cause?: unknown): Error => damaged(store, file.path, `is damaged: it ${what}`, cause);
  let line = 0;
  for await (const text of linesIn(vouchedFor(store, file), errorOf)) {
    line += 1;
    yield recordIn(text, schema, (cause) => errorOf(`holds no record in line ${line}`, cause));
  }
  return undefined;
}

async function* vouchedFor(store: Store, file: Named): AsyncGenerator<Uint8Array> {
  const hash = sha256Pieces();
  let bytes = 0;
  for await (const piece of store.stream(file.path)) {
    hash.update(piece);
    bytes += piece.length;
    yield piece;
  }
  refuseDamaged(store, file, { bytes, sha256: hash.hex() }, 'manifest');
}

function refuseDamaged(
  store: Store,
  file: Named,
  found: { readonly bytes: number; readonly sha256: string },
  namedBy: string,
): void {
  const { path, bytes, sha256 } = file;
  if (found.bytes !== bytes)
    throw damaged(store, path, `is damaged: it has ${found.bytes} bytes, its ${namedBy} says ${bytes}`);
  if (found.sha256 !== sha256) throw damaged(store, path, `is damaged: its sha256 is not what its ${namedBy} says`);
}

function recordIn<Value>(
  text: string,
  schema: { parse(value: unknown): Value },
  errorOf: (cause: unknown) => Error,
): Value {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw errorOf(error);
  }
}
