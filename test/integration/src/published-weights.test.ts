/** A loop that puts the weights of its trainings into a real object store. */
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { digestOfWeights, type PublishedFile, type RoundFile, sha256 } from '@proofmill/contract';
import { type S3Server, s3SkipReason, startS3 } from '@proofmill/versitygw';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand, startCommand } from './command.ts';
import { standInTrainer, writeLoop } from './training/loop-scene.ts';
import { within } from './within.ts';

const skipReason = (await s3SkipReason()) || (process.platform === 'linux' ? '' : 'Loops are tested on Linux.');
const timeout = 1_800_000;
const longMs = 900_000;

describe.skipIf(skipReason)(
  `a loop with an object store for its weights${skipReason && `: skipped. ${skipReason}`}`,
  () => {
    let s3: S3Server;
    let root = '';
    beforeAll(async () => {
      s3 = await startS3();
      root = await mkdtemp(join(tmpdir(), 'proofmill-published-'));
    }, timeout);
    afterAll(async () => {
      await s3?.[Symbol.asyncDispose]();
      await rm(root, { recursive: true, force: true });
    });
    const options = (words: readonly string[]) => ({ name: words[0] ?? '', words, mark: root, env: s3.env });
    const runs = (...words: string[]) => within(`${words[0]} ends`, runCommand(options(words)), longMs);
    const jsonOf = async <Value>(path: string): Promise<Value> => JSON.parse(await readFile(path, 'utf8')) as Value;

    test('has them there whole ahead of the evaluation, though it is killed with -9 while it sends them', {
      timeout,
    }, async () => {
      const sceneAt = (weights: string) =>
        writeLoop(join(root, 'loop'), {
          ...{ rounds: 0, votes: 1 },
          edit: (spec) => {
            const shards = 'for i in 1 2 3; do head -c 12000000 /dev/zero > {out}/shard-$i.bin; done';
            const train = `"${process.execPath}" "${standInTrainer}" {data} {base} {out} 0.97 && ${shards}`;
            Object.assign(spec.train as object, { command: ['sh', '-c', train] });
            Object.assign(spec.output as object, { weights });
            spec.start = { judge: { corpus: { uris: ['seed.jsonl'] } } };
          },
        });
      // Said ahead of anything that takes long.
      const nowhere = await runs('loop', (await sceneAt('s3://no-such-bucket/loop')).loop);
      expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no such bucket') });

      const { loop, out } = await sceneAt(`s3://${s3.bucket}/models/mine/`);
      expect(existsSync(join(out, 'round-000'))).toBe(false);
      const remote = join(s3.folder, s3.bucket, 'models/mine/round-000');
      const [published, trained] = [
        join(out, 'round-000/train/PUBLISHED.json'),
        join(out, 'round-000/train/TRAINED.json'),
      ];
      const folder = (): string => join(remote, readdirSync(remote)[0] ?? '');
      const isSending = (): boolean => existsSync(remote) && existsSync(join(folder(), 'shard-1.bin'));
      const first = startCommand(options(['loop', loop]));
      while (first.running && !isSending()) await pause(1);
      first.kill('SIGKILL');
      expect(await first.ended, first.stderr).toMatchObject({ signal: 'SIGKILL' });
      expect(existsSync(trained)).toBe(true);
      expect(existsSync(published)).toBe(false);
      expect(readdirSync(folder())).not.toContain('_WEIGHTS.json');
      expect(existsSync(join(out, 'round-000/eval'))).toBe(false);

      const key = folder().slice(join(s3.folder, s3.bucket).length + 1);
      await s3.put(`${key}/notes.txt`, Buffer.from('mine'));
      const refused = await runs('loop', loop);
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('holds another file, notes.txt') });
      expect(await readFile(join(folder(), 'notes.txt'), 'utf8')).toBe('mine');
      await rm(join(folder(), 'notes.txt'));

      const resumed = await runs('loop', loop);
      expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
      const { judge } = await jsonOf<RoundFile>(join(out, 'round-000/ROUND.json'));
      const { uri, weights } = await jsonOf<PublishedFile>(published);
      expect(weights.sha256).toBe(judge.sha256);
      expect(uri).toBe(`s3://${s3.bucket}/models/mine/round-000/train-${judge.sha256}`);
      expect(readdirSync(remote)).toEqual([`train-${judge.sha256}`]);
      const files = ['shard-1.bin', 'shard-2.bin', 'shard-3.bin', 'weights.json'];
      expect(
        readdirSync(folder())
          .filter((name) => !name.startsWith('.'))
          .sort(),
      ).toEqual(['_WEIGHTS.json', ...files]);
      const there = files.map(async (path) => ({ path, sha256: sha256(await readFile(join(folder(), path))) }));
      expect(digestOfWeights(await Promise.all(there))).toBe(judge.sha256);
      expect(await runs('verify', out)).toMatchObject({ code: 0 });
      const fetched = await runs('weights', 'fetch', uri, join(root, 'fetched'), '--sha256', judge.sha256 ?? '');
      expect(fetched, fetched.stderr).toMatchObject({ code: 0 });
    });
  },
);
