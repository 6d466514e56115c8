type Method = (...args: unknown[]) => unknown;

/**
 * The same port; `note` is called as each of its calls begins and ends, and for each piece that one yields. A port that a call gives at once
 * is watched in the same way.
 */
export const watched = <Port extends object>(port: Port, note: () => void): Port =>
  new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        note();
        return noted((member as Method).apply(target, args), note);
      };
    },
  });

function noted(result: unknown, note: () => void): unknown {
  if (result instanceof Promise) return result.finally(note);
  if (isAsyncIterable(result)) return notedPieces(result, note);
  return isPort(result) ? watched(result, note) : result;
}

async function* notedPieces(pieces: AsyncIterable<unknown>, note: () => void): AsyncGenerator<unknown> {
  for await (const piece of pieces) {
    note();
    yield piece;
  }
}

const isPort = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.values(value).some((member) => typeof member === 'function');

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
