import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigurationError } from '@proofmill/contract';
import { afterAll, describe, expect, it } from 'vitest';
import { readJob, readStoredJob } from './job-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'proofmill-job-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const good = `apiVersion: proofmill.dev/v1alpha1
kind: ScoringJob
metadata: { name: pairs }
spec:
  corpus: { uris: [pairs.jsonl] }
  pipeline:
    - stage: label
      judge: gram-r2
      engine: { model: m }
      votes: { max: 3 }
  output: { uri: out }
`;

/** The refusal of a job file, without the path of its folder. */
async function refusal(text: string): Promise<string> {
  const path = join(folder, 'job.yaml');
  writeFileSync(path, text);
  const error: unknown = await readJob(path).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConfigurationError);
  return (error as Error).message.replaceAll(`${folder}/`, '');
}

describe('a job file', () => {
  it('is read with its defaults, and its paths start at its folder', async () => {
    const path = join(folder, 'good.yaml');
    writeFileSync(path, good);
    const { job, baseDir } = await readJob(path);
    expect(baseDir).toBe(folder);
    expect(job.spec.output.uri).toBe(join(folder, 'out'));
    expect(job.spec.pipeline[0]).toMatchObject({
      name: 'label',
      votes: { max: 3, stop: 'none', reasks: 2 },
      fleet: { slots: 32 },
    });
  });

  it('is overridden by flags', async () => {
    const path = join(folder, 'good.yaml');
    writeFileSync(path, good);
    const { job } = await readJob(path, {
      limit: 5,
      engine: 'simulator:',
      model: 'other',
      corpus: ['/a/b.jsonl'],
      out: '/c',
    });
    expect(job.spec.corpus).toMatchObject({ limit: 5, uris: ['/a/b.jsonl'] });
    expect(job.spec.pipeline[0]?.engine).toEqual({ model: 'other', baseUrl: 'simulator:' });
    expect(job.spec.output.uri).toBe('/c');
  });

  it.each(['s3:/bucket/out', 's3://', 's3:out', 'gs://bucket/out', 'http://host/out', 'file://host/out', 'file:out'])(
    'is refused for the output %j, which is no folder name',
    async (out) => {
      const path = join(folder, 'good.yaml');
      writeFileSync(path, good);
      await expect(readJob(path, { out })).rejects.toThrow(ConfigurationError);
      await expect(readJob(path, { out })).rejects.toThrow(`output.uri ${out}`);
    },
  );

  it('may have an output folder whose name looks like a scheme, written as a path', async () => {
    const path = join(folder, 'good.yaml');
    writeFileSync(path, good);
    expect((await readJob(path, { out: './s3:/x' })).job.spec.output.uri).toBe(resolve('s3:/x'));
    expect((await readJob(path, { out: 's3://bucket/out/' })).job.spec.output.uri).toBe('s3://bucket/out');
    expect((await readJob(path, { out: 'file:///a%20b' })).job.spec.output.uri).toBe('/a b');
  });

  it.each([
    [
      'a mistyped field',
      good.replace('uris:', 'uri:'),
      'job.yaml:5:13: spec.corpus.uri: there is no such field; did you mean uris?',
    ],
    [
      'a field that is missing',
      good.replace('      judge: gram-r2\n', ''),
      'job.yaml:7:7: spec.pipeline[0].judge: is missing',
    ],
    [
      'a field with a longer name',
      good.replace('max: 3', 'maximum: 3'),
      'spec.pipeline[0].votes.maximum: there is no such field; did you mean max?',
    ],
    [
      'an unknown stage',
      good.replace('stage: label', 'stage: lable'),
      'spec.pipeline[0].stage: must be label or prove; did you mean label?',
    ],
    [
      'an unknown value',
      good.replace('max: 3', 'orders: alternating'),
      'spec.pipeline[0].votes.orders: must be alternate or both or fixed',
    ],
    [
      'a number for a name',
      good.replace('max: 3', 'max: many'),
      'spec.pipeline[0].votes.max: expected number, received string',
    ],
    [
      'a bad name',
      good.replace('name: pairs', 'name: My Pairs'),
      'metadata.name: must be lower-case letters, digits and dashes',
    ],
    [
      'a scheme that cannot be written',
      good.replace('uri: out', 'uri: gs://bucket/out'),
      'output.uri gs://bucket/out: output is written to a folder',
    ],
    ['what is not YAML', good.replace('metadata: {', 'metadata: {{'), 'this is not YAML'],
  ])('is refused for %s, with its place', async (_name, text, sentence) => {
    expect(await refusal(text)).toContain(sentence);
  });

  it('is refused with every mistake at once', async () => {
    const message = await refusal(good.replace('uris:', 'uri:').replace('max: 3', 'max: 0'));
    expect(message).toContain('spec.corpus.uri: there is no such field');
    expect(message).toContain('spec.pipeline[0].votes.max');
  });
});

describe('the job file of a stored object', () => {
  const stored = async (text: string) => {
    const path = join(folder, 'stored.yaml');
    writeFileSync(path, text);
    return readStoredJob(path, { out: '/c' });
  };

  it('of a later version is read without the fields that are unknown here', async () => {
    const { job, unknown } = await stored(good.replace('{ model: m }', '{ model: m, later: { a: 1 } }'));
    expect(unknown).toEqual(['spec.pipeline[0].engine.later']);
    expect(job.spec.pipeline[0]?.engine).toEqual({ model: 'm' });
    expect(job.spec.output.uri).toBe('/c');
    expect((await stored(good)).unknown).toEqual([]);
  });

  it('is refused for any other mistake, with its place', async () => {
    await expect(stored(good.replace('{ model: m }', '{ later: 1 }'))).rejects.toThrow(
      /stored\.yaml:9:\d+: spec\.pipeline\[0\]\.engine\.model: is missing/,
    );
    await expect(readStoredJob(join(folder, 'nowhere.yaml'))).rejects.toThrow('cannot be read');
  });
});

describe('a header', () => {
  it.each([
    ['{ "X-Team": research, X-Gateway: { env: GATEWAY } }', ''],
    ['{ "X Team": research }', 'engine.headers.X Team: is no name of a header'],
    ['{ X-Team: a, x-team: b }', 'engine.headers.x-team: is named twice'],
    ['{ Content-Length: "5" }', 'engine.headers.Content-Length: is not for a job to set'],
    ['{ Authorization: Basic sk-secret }', 'engine.headers.Authorization: is a secret: give it as { env: NAME }'],
    ['{ X-Team: "two\\nlines" }', 'engine.headers.X-Team: holds a character that no header can'],
    ['{ X-Gateway: { env: sk-secret } }', 'engine.headers.X-Gateway.env: must be the name of an environment variable'],
    ['{ X-Gateway: { env: 5 } }', 'engine.headers.X-Gateway.env: expected string, received number'],
    ['{ Authorization: { env: A } }, apiKey: { env: B }', 'engine.headers: has Authorization, which apiKey sends'],
  ])('%s', async (headers, sentence) => {
    const text = good.replace('{ model: m }', `{ model: m, headers: ${headers} }`);
    if (sentence === '') {
      const path = join(folder, 'headers.yaml');
      writeFileSync(path, text);
      return expect(readJob(path)).resolves.toBeTruthy();
    }
    const written = await refusal(text);
    expect(written).toContain(sentence);
    expect(written).not.toContain('sk-secret');
  });
});

describe('a key', () => {
  it('in the job file itself is refused, and not repeated', async () => {
    const written = await refusal(good.replace('{ model: m }', '{ model: m, apiKey: sk-secret }'));
    expect(written).toContain('engine.apiKey: must say where the key is, as { env: NAME }');
    expect(written).not.toContain('sk-secret');
    const named = await refusal(good.replace('{ model: m }', '{ model: m, apiKey: { env: sk-secret } }'));
    expect(named).toContain('engine.apiKey.env: must be the name of an environment variable');
    expect(named).not.toContain('sk-secret');
  });
});
