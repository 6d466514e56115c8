import { ConfigurationError, digestOfWeights, sha256 } from '@proofmill/contract';
import { memoryStore } from '@proofmill/test-kit';
import { describe, expect, test } from 'vitest';
import { fetchWeights } from './fetch-weights.ts';
import { listedFolder } from './listed-folder.fixture.ts';
import { putWeights } from './put-weights.ts';

type Objects = Map<string, Uint8Array>;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const objectsOf = (texts: Readonly<Record<string, string>>): Objects =>
  new Map(Object.entries(texts).map(([path, text]) => [path, bytesOf(text)]));
const weights = { 'config.json': '{}', 'part/a.safetensors': 'aaaa', 'part/b.safetensors': 'bb' };
const stop = new AbortController().signal;
const digest = digestOfWeights(Object.entries(weights).map(([path, text]) => ({ path, sha256: sha256(text) })));
const [folder, uri] = ['here', 's3://models/judge'];

function fetching(
  remote: Objects,
  here: Objects = new Map(),
  wanted: string | null = null,
  recorded?: Map<string, string>,
) {
  const reports: string[] = [];
  const from = listedFolder(remote, recorded);
  const given = { from, uri, to: memoryStore(here), folder, wanted, stop };
  return { here, reports, run: () => fetchWeights({ ...given, report: (sentence) => void reports.push(sentence) }) };
}

async function putting(here: Objects, remote: Objects = new Map(), expected: string | null = null): Promise<string[]> {
  const reports: string[] = [];
  const given = {
    from: memoryStore(here),
    folder,
    to: memoryStore(remote),
    listed: listedFolder(remote),
    uri,
    expected,
  };
  await putWeights({ ...given, stop, report: (sentence) => void reports.push(sentence) });
  return reports;
}

const textsIn = (objects: Objects): Record<string, string> =>
  Object.fromEntries(
    [...objects]
      .filter(([path]) => !/^(\.proofmill|_WEIGHTS)/.test(path))
      .map(([path, bytes]) => [path, new TextDecoder().decode(bytes)]),
  );

describe('weights that were put into an object store', () => {
  test('are fetched whole, by digest, without what trainers keep to resume from', async () => {
    const remote: Objects = new Map();
    await putting(
      objectsOf({ ...weights, 'checkpoint-5/state': 'x', '.proofmill/fetched.json': '{}' }),
      remote,
      digest,
    );
    expect(textsIn(remote)).toEqual(weights);
    const { here, run } = fetching(remote, new Map(), digest);
    expect(await run()).toEqual({ sha256: digest, files: 3, bytes: 8 });
    expect(textsIn(here)).toEqual(weights);
  });

  test('are taken up where they were left, and what is whole is not sent or fetched again', async () => {
    const remote = objectsOf({ 'config.json': '{}' });
    expect((await putting(objectsOf(weights), remote))[0]).toContain('2 of 3 files are sent');
    const first = fetching(remote);
    await first.run();
    const half: Objects = new Map([...first.here].filter(([path]) => /source|config/.test(path)));
    const second = fetching(remote, half);
    expect((await second.run()).sha256).toBe(digest);
    expect(second.reports[0]).toContain('2 of 3 files are fetched');
    const third = fetching(remote, half);
    expect((await third.run()).sha256).toBe(digest);
    expect(third.reports).toEqual(['the weights are in here already']);
  });

  test('are refused beside files of somebody else, who loses nothing', async () => {
    for (const other of [
      { 'notes.txt': 'mine' },
      { 'config.json': 'no' },
      { 'config.json': '[]' },
      { '_WEIGHTS.json': '{}' },
    ]) {
      const remote = objectsOf(other);
      await expect(putting(objectsOf(weights), remote)).rejects.toThrow(/notes.txt|config.json|_WEIGHTS.json/);
      for (const [path, text] of Object.entries(other)) expect(remote.get(path)).toEqual(bytesOf(text));
    }
  });

  test('are refused where the folder has other ones than it had, or none', async () => {
    await expect(putting(objectsOf(weights), new Map(), sha256('others'))).rejects.toThrow(
      'does not hold the weights that it had',
    );
    await expect(putting(objectsOf({ 'checkpoint-1/a': '' }))).rejects.toThrow('has no files');
  });
});

describe('weights are not fetched', () => {
  const refused = async (
    remote: Objects,
    ...more: [Objects?, (string | null)?, Map<string, string>?]
  ): Promise<string> => {
    const { run } = fetching(remote, ...more);
    const error: unknown = await run().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message;
  };

  test.each([
    '../x',
    'a/../../x',
    '/etc/x',
    'a//b',
    './x',
    'a\\b',
    'a\nb',
    '\u001b[2Jx',
    'a/',
    '.proofmill/x',
    '.part-1',
    `${'n'.repeat(256)}`,
  ])('under the name %j, and nothing beside it is', async (name) => {
    const here: Objects = new Map();
    const message = await refused(objectsOf({ 'a.json': '{}', [name]: 'x' }), here);
    expect(message).toContain('cannot be a file of weights');
    for (const obeyed of ['\u001b', '\n']) expect(message).not.toContain(obeyed);
    expect(here.size).toBe(0);
  });

  test('where a name is a file and a folder', async () => {
    expect(await refused(objectsOf({ a: 'x', 'a/b': 'x' }))).toContain('is below another file');
  });

  test('from a folder that is empty, or of which others are asked for', async () => {
    expect(await refused(new Map())).toContain('there is nothing below s3://models/judge/');
    const here: Objects = new Map();
    expect(await refused(objectsOf(weights), here, 'f'.repeat(64))).toContain(`their sha256 is ${digest}`);
    // Nobody takes them for complete.
    expect(here.has('.proofmill/fetched.json')).toBe(false);
  });

  test('where a file is not what its writer or the manifest says', async () => {
    const recorded = new Map([['config.json', sha256('other')]]);
    const here: Objects = new Map();
    expect(await refused(objectsOf(weights), here, null, recorded)).toContain(
      's3://models/judge/config.json is not what it was',
    );
    expect(here.has('config.json')).toBe(false);
    const remote: Objects = new Map();
    await putting(objectsOf(weights), remote);
    const changed = (path: string, text: string): Objects => new Map([...remote, [path, bytesOf(text)]]);
    expect(await refused(changed('part/b.safetensors', 'BB'))).toContain('b.safetensors is not what it was');
    expect(await refused(changed('part/b.safetensors', 'longer'))).toContain(
      'names the file part/b.safetensors with 2 bytes',
    );
    expect(await refused(changed('new.json', ''))).toContain('does not name the file new.json');
    expect(await refused(changed('_WEIGHTS.json', '{}'))).toContain('is damaged');
  });

  test('over files of somebody else, over other weights, or where a file has changed', async () => {
    const others = objectsOf({ 'notes.txt': 'mine' });
    expect(await refused(objectsOf(weights), others)).toContain('here holds other files (notes.txt)');
    const { here, run } = fetching(objectsOf(weights));
    await run();
    expect(await refused(objectsOf({ ...weights, 'config.json': '[]' }), here)).toContain('when it had other files');
    here.delete('.proofmill/fetched.json');
    here.set('config.json', bytesOf('['));
    expect(await refused(objectsOf(weights), here)).toContain(
      'here/config.json is not the file that s3://models/judge has',
    );
    expect(here.get('config.json')).toEqual(bytesOf('['));
  });
});
