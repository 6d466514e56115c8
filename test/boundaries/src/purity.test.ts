import { beforeAll, describe, expect, test } from 'vitest';
import { root } from './cruise.ts';
import { plantedTree } from './planted-tree.ts';
import { breachesOfPurity } from './purity.ts';

const folder = 'libs/core/plan/src/canary';

/** Each: a file that is not pure, its code, and what is reported for its first line. */
const canaries: [file: string, code: string, reported: string][] = [
  [`${folder}/a.ts`, 'export async function late() {}', 'async'],
  [`${folder}/b.ts`, 'export const late = async () => 1;', 'async'],
  [`${folder}/c.ts`, 'export const late = { async read() {} };', 'async'],
  [`${folder}/d.ts`, 'export const late = (value: Promise<number>) => value;', 'Promise'],
  [`${folder}/e.ts`, 'export const late = () => Promise.resolve(1);', 'Promise'],
  [`${folder}/f.ts`, 'export type Pieces = AsyncIterable<Uint8Array>;', 'AsyncIterable'],
  [`${folder}/g.ts`, 'export const now = () => Date.now();', 'Date'],
  [`${folder}/h.ts`, 'export const now = () => performance.now();', 'performance'],
  [`${folder}/i.ts`, 'export const chance = () => Math.random();', 'Math.random'],
  [`${folder}/j.ts`, 'export const seed = process.env.SEED;', 'process'],
  ['libs/core/contract/src/a.ts', 'export interface Port { read(): Promise<number> }', 'Promise'],
  ['libs/core/contract/src/ports.ts', 'export const read = () => Promise.resolve(1);', 'Promise'],
];

const pure: Record<string, string> = {
  'libs/core/contract/src/kubernetes-port.ts': 'export interface Port { read(): Promise<AsyncIterable<number>> }',
  [`${folder}/pure.ts`]: '/** async, Promise */\nexport const pure = (stage: { process: string }) => stage.process;',
  [`${folder}/pure.test.ts`]: 'export const late = async () => Date.now();',
  [`${folder}/pure.fixture.ts`]: 'export const seed = process.env.SEED;',
  'libs/flow/work/src/pure.ts': 'export const late = async () => 1;',
};

describe('the guard of purity', () => {
  let breaches: string[];

  beforeAll(async () => {
    const files = Object.fromEntries(canaries.map(([file, code]) => [file, `${code}\n`]));
    await using tree = await plantedTree({ ...pure, ...files });
    breaches = breachesOfPurity(tree.folder);
  }, 60_000);

  test.each(canaries)('reports %s: %s', (file, _code, reported) => {
    expect(breaches).toContain(`${file}:1: ${reported}`);
  });

  test.each(Object.keys(pure))('reports nothing for %s', (file) => {
    expect(breaches.filter((breach) => breach.startsWith(`${file}:`))).toEqual([]);
  });
});

test('core is pure as it is', () => {
  expect(breachesOfPurity(root)).toEqual([]);
});
