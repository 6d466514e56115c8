/** Weights in a real object store: put and fetched by processes that are killed on their way. */
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { digestOfWeights, sha256, type WeightsManifest } from '@proofmill/contract';
import { startS3Proxy } from '@proofmill/test-kit';
import { type S3Server, s3SkipReason, startS3 } from '@proofmill/versitygw';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Command, runCommand, startCommand } from './command.ts';
import { within } from './within.ts';

const skipReason = await s3SkipReason();
const timeout = 600_000;
/** More than one part of an upload. */
const fileBytes = 9_000_000;
const names = ['config.json', ...Array.from({ length: 6 }, (_, index) => `shards/model-${index}.safetensors`)];
const manifestName = '_WEIGHTS.json';

describe.skipIf(skipReason)(`weights in an object store${skipReason && `: skipped. ${skipReason}`}`, () => {
  let s3: S3Server;
  let root = '';
  let digest = '';
  beforeAll(async () => {
    s3 = await startS3();
    root = await mkdtemp(join(tmpdir(), 'proofmill-weights-'));
    await mkdir(join(root, 'judge/shards'), { recursive: true });
    for (const [index, name] of names.entries())
      await writeFile(join(root, 'judge', name), index === 0 ? '{}' : Buffer.alloc(fileBytes, `${name} `));
    digest = await digestIn(join(root, 'judge'));
  }, timeout);
  afterAll(async () => {
    await s3?.[Symbol.asyncDispose]();
    await rm(root, { recursive: true, force: true });
  });

  /** The digest over the files of the weights, as they are on the disk. */
  const digestIn = async (folder: string): Promise<string> =>
    digestOfWeights(
      await Promise.all(names.map(async (path) => ({ path, sha256: sha256(await readFile(join(folder, path))) }))),
    );
  const uriOf = (name: string): string => `s3://${s3.bucket}/models/${name}`;
  const folderOf = (name: string): string => join(s3.folder, s3.bucket, 'models', name);
  const options = (words: readonly string[], endpoint?: string) => ({
    ...{ name: words[1] ?? '', words: ['weights', ...words], mark: root },
    env: { ...s3.env, ...(endpoint === undefined ? {} : { AWS_ENDPOINT_URL: endpoint }) },
  });
  const runs = (...words: string[]) => within(`${words[0]} ends`, runCommand(options(words)), timeout);
  /** Kills it once it has printed that a large file is done. */
  async function killedHalfWay(...words: string[]): Promise<void> {
    const command: Command = startCommand(options(words));
    while (command.running && !command.stderr.includes(`${fileBytes} bytes`)) await pause(1);
    command.kill('SIGKILL');
    expect(await command.ended, command.stderr).toMatchObject({ signal: 'SIGKILL' });
  }
  const filesIn = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const weightsIn = (folder: string): string[] => filesIn(folder).filter((path) => names.includes(path));

  test('arrive whole, though what puts and what fetches them is killed with -9 on its way, and nothing whole is moved twice', {
    timeout,
  }, async () => {
    const [here, there] = [join(root, 'judge'), folderOf('judge')];
    await killedHalfWay('put', here, uriOf('judge'));
    const sent = weightsIn(there);
    expect(sent.length).toBeGreaterThan(1);
    expect(sent.length).toBeLessThan(names.length);
    expect(filesIn(there)).not.toContain(manifestName);
    await using proxy = await startS3Proxy(s3.env.AWS_ENDPOINT_URL ?? '');
    const put = await within('it resumes', runCommand(options(['put', here, uriOf('judge')], proxy.endpoint)), timeout);
    expect(put, put.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining(`sha256 ${digest}`) });
    const again = proxy.requests
      .filter(({ kind }) => kind === 'BEGIN')
      .map(({ key }) => key.slice('models/judge/'.length));
    expect(again.sort()).toEqual(names.filter((name) => !sent.includes(name) && name !== 'config.json'));
    // What is there is known by its metadata, and not read.
    const read = proxy.requests.filter(({ kind }) => kind === 'GET').map(({ key }) => key);
    expect(new Set(read)).toEqual(new Set([`models/judge/${manifestName}`]));
    expect(await digestIn(there)).toBe(digest);
    const manifest: WeightsManifest = JSON.parse(await readFile(join(there, manifestName), 'utf8'));
    expect(manifest.weightsSha256).toBe(digest);

    const to = join(root, 'fetched');
    await killedHalfWay('fetch', uriOf('judge'), to);
    const fetched = weightsIn(to);
    expect(fetched.length).toBeGreaterThan(0);
    expect(fetched.length).toBeLessThan(names.length);
    // What has its name is whole.
    for (const name of fetched) expect(await readFile(join(to, name))).toEqual(await readFile(join(here, name)));
    proxy.forget();
    const words = ['fetch', uriOf('judge'), to, '--sha256', digest];
    const whole = await within('it resumes', runCommand(options(words, proxy.endpoint)), timeout);
    expect(whole, whole.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining(`sha256 ${digest}`) });
    const got = proxy.requests.filter(({ kind }) => kind === 'GET').map(({ key }) => key.slice('models/judge/'.length));
    expect(got.sort()).toEqual([manifestName, ...names.filter((name) => !fetched.includes(name))].sort());
    expect(await digestIn(to)).toBe(digest);
    expect(filesIn(to).filter((path) => path.includes('.part-'))).toEqual([]);
  });

  test('that another program has put there are fetched, and read on where a connection breaks', {
    timeout,
  }, async () => {
    for (const name of names) await s3.put(`models/plain/${name}`, await readFile(join(root, 'judge', name)));
    await using proxy = await startS3Proxy(s3.env.AWS_ENDPOINT_URL ?? '');
    proxy.inject('GET', 'cut the answer', { status: 503, code: 'SlowDown' });
    const words = ['fetch', `${uriOf('plain')}/`, join(root, 'plain')];
    const ended = await within('it ends', runCommand(options(words, proxy.endpoint)), timeout);
    expect(ended, ended.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining(`sha256 ${digest}`) });
    expect(await digestIn(join(root, 'plain'))).toBe(digest);
  });

  test('are refused with a sentence where they are missing, changed, linked, or somebody else has the place', {
    timeout,
  }, async () => {
    const to = join(root, 'nothing');
    const missing = await runs('fetch', uriOf('none'), to);
    expect(missing).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`there is nothing below ${uriOf('none')}/`),
    });
    const bucket = await runs('fetch', 's3://no-such-bucket/judge', to);
    expect(bucket).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no such bucket') });
    await s3.put('models/other/notes.txt', Buffer.from('mine'));
    const other = await runs('put', join(root, 'judge'), uriOf('other'));
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('holds another file, notes.txt') });
    expect(filesIn(folderOf('other'))).toEqual(['notes.txt']);
    await mkdir(join(root, 'linked'));
    await symlink('/etc/passwd', join(root, 'linked/config.json'));
    const linked = await runs('put', join(root, 'linked'), uriOf('linked'));
    expect(linked).toMatchObject({ code: 2, stderr: expect.stringContaining('config.json is a link') });
    const denied = await within(
      'it ends',
      runCommand({ ...options(['fetch', uriOf('other'), to]), env: { ...s3.env, AWS_SECRET_ACCESS_KEY: 'wrong' } }),
      timeout,
    );
    expect(denied).toMatchObject({ code: 2, stderr: expect.stringContaining('AWS_SECRET_ACCESS_KEY') });
  });
});
