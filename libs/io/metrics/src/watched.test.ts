import { expect, test } from 'vitest';
import { watched } from './watched.ts';

class Port {
  readonly name = 'port';
  #calls = 0;

  async ask(): Promise<number> {
    this.#calls += 1;
    return this.#calls;
  }

  async refuse(): Promise<never> {
    throw new Error('no');
  }

  async *pieces(): AsyncGenerator<number> {
    yield 1;
    yield 2;
  }

  now(): string {
    return this.name;
  }

  within(name: string): { readonly name: string; readonly size: () => number } {
    return { name, size: () => this.#calls };
  }
}

function watchedPort() {
  const notes = { count: 0 };
  const port = watched(new Port(), () => {
    notes.count += 1;
  });
  return { notes, port };
}

test('a watched port does what it did, and each call is noted as it begins and ends', async () => {
  const { notes, port } = watchedPort();
  expect(await port.ask()).toBe(1);
  expect(await port.ask()).toBe(2);
  expect(notes.count).toBe(4);
  await expect(port.refuse()).rejects.toThrow('no');
  expect(notes.count).toBe(6);
  expect(port.name).toBe('port');
  expect(port.now()).toBe('port');
});

test('a port that a call gives is watched as well', async () => {
  const { notes, port } = watchedPort();
  const inner = port.within('other');
  expect(notes.count).toBe(1);
  expect(inner.name).toBe('other');
  expect(inner.size()).toBe(0);
  expect(notes.count).toBe(2);
});

test('every piece that a port yields is noted', async () => {
  const { notes, port } = watchedPort();
  expect(await Array.fromAsync(port.pieces())).toEqual([1, 2]);
  expect(notes.count).toBe(3);
});
