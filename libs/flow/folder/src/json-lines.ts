import type { Store } from '@proofmill/contract';
import { damaged } from './damage.ts';

/** The lines of a stored file of JSON lines. Rejects with IntegrityError where `linesIn` does. */
export const readJsonLines = (store: Store, path: string): AsyncGenerator<string, undefined> =>
  linesIn(store.stream(path), (what, cause) => damaged(store, path, what, cause));

/**
 * The lines of a file of JSON lines, not yet parsed. Rejects with an error of `errorOf` when the file is not UTF-8, or when its last
 * line has no line feed: Proofmill writes whole lines, so the end of such a file is lost.
 */
export async function* linesIn(
  pieces: AsyncIterable<Uint8Array>,
  errorOf: (what: string, cause?: unknown) => Error,
): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decoded = (piece: Uint8Array): string => {
    try {
      return decoder.decode(piece, { stream: true });
    } catch (error) {
      throw errorOf('is not UTF-8', error);
    }
  };
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + decoded(piece)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') throw errorOf('does not end with a line feed');
  return undefined;
}
