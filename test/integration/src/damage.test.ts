import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCommand } from './command.ts';
import { type Engine, startEngine } from './engine.ts';
import { type JobFolder, writeExample } from './example.ts';
import { rowsOf } from './output.ts';
import { within } from './within.ts';

const mark = `damage-${process.pid}`;
const timeout = 240_000;
let place: string;
let job: JobFolder;
let engine: Engine;

async function command(...words: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const started = startCommand({ name: `proofmill ${words[0]}`, words, mark, env: { PROOFMILL_LOG: 'error' } });
  const { code } = await within(started.name, started.ended);
  return { code, stdout: started.stdout, stderr: started.stderr };
}

const run = () => command('run', job.job, '--engine', engine.url);
const inOutput = (...path: string[]): string => join(job.out, ...path);

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'proofmill-damage-'));
  job = await writeExample(place, { records: 40, votes: 3, prove: true });
  engine = await startEngine({ log: join(place, 'requests.jsonl'), gold: job.corpus, mark });
  const { code, stderr } = await run();
  if (code !== 0) throw new Error(`the run ended with ${code}:\n${stderr}`);
}, timeout);

afterAll(async () => {
  await engine.role.stop();
  await rm(place, { recursive: true, force: true });
});

/** The output as it was ahead of its last steps: all of it is committed, and nothing is promoted. */
async function removeEnd(): Promise<void> {
  for (const path of ['_SUCCESS', '_MANIFEST.json', 'data', 'failed'])
    await rm(inOutput(path), { recursive: true, force: true });
}

test('rows that a disk has changed are not promoted: the run ends with 1 and names the repair, which asks nothing again', {
  timeout,
}, async () => {
  const before = await rowsOf(job.out);
  const { answers } = engine.asked();
  await removeEnd();
  const staging = '.proofmill/prove/staging';
  const name = (await readdir(inOutput(staging))).find((file) => file.startsWith('00001.rows')) ?? '';
  const bytes = await readFile(inOutput(staging, name));
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  await writeFile(inOutput(staging, name), bytes);

  const refused = await run();

  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(
    `${staging}/${name} is damaged: its sha256 is not what its manifest says. Remove it, the manifest of its shard`,
  );
  expect(existsSync(inOutput('_SUCCESS'))).toBe(false);
  const verified = await command('verify', job.out);
  expect(verified.code).toBe(1);
  expect(verified.stdout).toContain(`${staging}/${name}: it is damaged: its sha256 is not what its manifest says`);

  await rm(inOutput(staging, name));
  await rm(inOutput('.proofmill/prove/manifests/00001.json'));
  expect(await run()).toMatchObject({ code: 0 });
  expect(await command('verify', '--deep', job.out)).toMatchObject({ code: 0 });
  expect(await rowsOf(job.out)).toEqual(before);
  expect(engine.asked().answers).toBe(answers);
});

test('a plan entry with another number of records ends the run with 1, and no role waits for what never comes', {
  timeout,
}, async () => {
  const before = await rowsOf(job.out);
  const { answers } = engine.asked();
  await removeEnd();
  const entry = '.proofmill/label/plan/00000.json';
  const text = await readFile(inOutput(entry), 'utf8');
  await rm(inOutput('.proofmill/label/manifests/00000.json'));
  await writeFile(
    inOutput(entry),
    text.replace(/"records":(\d)/, (_, digit) => `"records":${(Number(digit) % 9) + 1}`),
  );

  const refused = await run();

  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(`${entry} is damaged: its sha256 is not that of its content. Remove it and END`);
  const verified = await command('verify', job.out);
  expect(verified).toMatchObject({ code: 1, stdout: expect.stringContaining(`${entry}: it is damaged`) });

  await rm(inOutput(entry));
  await rm(inOutput('.proofmill/label/plan/END'));
  expect(await run()).toMatchObject({ code: 0 });
  expect(await readFile(inOutput(entry), 'utf8')).toBe(text);
  expect(await command('verify', '--deep', job.out)).toMatchObject({ code: 0 });
  expect(await rowsOf(job.out)).toEqual(before);
  expect(engine.asked().answers).toBe(answers);
});
