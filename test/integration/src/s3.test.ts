import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsSkipReason, type S3Server, s3SkipReason, startS3 } from '@proofmill/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Command, startCommand } from './command.ts';
import { writeExample } from './example.ts';
import { filesOf } from './output.ts';
import { within } from './until.ts';

const skipReason = (await s3SkipReason()) || (await natsSkipReason());
const timeout = 240_000;

describe.skipIf(skipReason)(
  `a job whose output is in an object store${skipReason && `: skipped. ${skipReason}`}`,
  () => {
    let server: S3Server;
    let folder: string;
    let job: string;
    let undisturbed: Map<string, string>;

    const start = (...words: string[]): Command =>
      startCommand({ name: words.slice(0, 2).join(' '), words, mark: folder, env: server.env });
    const ended = async (...words: string[]): Promise<Command> => {
      const command = start(...words);
      expect(await within(words.join(' '), command.ended, timeout), command.stderr).toEqual({ code: 0, signal: null });
      return command;
    };

    /** Rows and failures, by file: verified, then read from the server's own files. */
    async function contentOf(out: string): Promise<Map<string, string>> {
      await ended('verify', '--deep', out);
      const found = new Map<string, string>();
      for (const kind of ['data', 'failed']) {
        const files = await filesOf(
          join(server.folder, server.bucket, out.replace(`s3://${server.bucket}/`, ''), kind),
        );
        for (const [name, content] of files) found.set(`${kind}/${name}`, content);
      }
      return found;
    }

    const newOut = (): string => `s3://${server.bucket}/${randomUUID()}`;

    beforeAll(async () => {
      server = await startS3();
      folder = await mkdtemp(join(tmpdir(), 'proofmill-s3-job-'));
      const example = await writeExample(folder, { records: 80, prove: true });
      job = example.job;
      await ended('run', job);
      undisturbed = new Map();
      for (const kind of ['data', 'failed'])
        for (const [name, content] of await filesOf(join(example.out, kind)))
          undisturbed.set(`${kind}/${name}`, content);
    }, timeout);
    afterAll(async () => {
      await server?.[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    });

    test('has the rows that a folder has, and its reports are read from there', { timeout }, async () => {
      const out = newOut();
      const run = await ended('run', job, '--out', out, '--show', '1');
      expect(run.stdout).toContain(`npx proofmill verify ${out}`);
      expect(run.stdout).toContain('--- 0000');
      expect(await contentOf(out)).toEqual(undisturbed);
      expect((await ended('status', out)).stdout).toContain('complete');
      expect((await ended('report', out)).stdout).toContain('votes for the winner');
    });

    test('over NATS, with every role a process: the same rows', { timeout }, async () => {
      const out = newOut();
      await ended('run', job, '--out', out, '--executor', 'nats');
      expect(await contentOf(out)).toEqual(undisturbed);
    });

    test('goes on after SIGKILL, and after the server was away, to the same rows', { timeout }, async () => {
      const out = newOut();
      const killed = start('run', job, '--out', out);
      await expect.poll(async () => (await listed(out, 'plan')).length, { timeout: 60_000 }).toBeGreaterThan(3);
      killed.kill('SIGKILL');
      await within('it is dead', killed.ended);

      const again = start('run', job, '--out', out);
      await server.kill();
      await server.restart();
      const end = await within('it ends', again.ended, timeout);
      // Either the SDK's own tries outlast the outage, or the job ends as temporary and is run again.
      expect([0, 75], again.stderr).toContain(end.code);
      await ended('run', job, '--out', out);
      expect(await contentOf(out)).toEqual(undisturbed);
    });

    test('a corpus that lies there is read from there', { timeout }, async () => {
      const corpus = await readFile(join(folder, 'pairs.jsonl'));
      const key = `${randomUUID()}/pairs.jsonl`;
      await server.put(key, corpus);
      const out = newOut();
      await ended('run', job, '--out', out, '--corpus', `s3://${server.bucket}/${key}`);
      const content = await contentOf(out);
      expect([...content.keys()]).toEqual([...undisturbed.keys()]);
      expect([...content.values()].join('')).toContain(`s3://${server.bucket}/${key}`);
    });

    const listed = (out: string, kind: string): Promise<string[]> =>
      filesOf(
        join(server.folder, server.bucket, out.replace(`s3://${server.bucket}/`, ''), '.proofmill/label', kind),
      ).then((files) => [...files.keys()]);
  },
);
