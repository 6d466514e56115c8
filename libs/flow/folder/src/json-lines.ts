import { IntegrityError, type Store } from '@proofmill/contract';

/**
 * The lines of a stored file of JSON lines, not yet parsed. IntegrityError when the file is not UTF-8, or when its last line
 * has no line feed: Proofmill writes whole lines, so the end of such a file is lost.
 */
export async function* readJsonLines(store: Store, path: string): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decoded = (piece: Uint8Array): string => {
    try {
      return decoder.decode(piece, { stream: true });
    } catch (error) {
      throw new IntegrityError(`${path} is not UTF-8`, { cause: error });
    }
  };
  let rest = '';
  for await (const piece of store.stream(path)) {
    const lines = (rest + decoded(piece)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') throw new IntegrityError(`${path} does not end with a line feed`);
  return undefined;
}
