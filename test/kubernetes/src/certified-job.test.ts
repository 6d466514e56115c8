/** A job on the cluster that names files: it keeps what a certificate covers, gives calibrated probabilities and asks about planted pairs. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Row } from '@proofmill/contract';
import { runCommand } from '@proofmill/test-integration';
import { expect, onTestFinished, test } from 'vitest';
import { type ClusterJob, clusterJob, complete, describeInstalled, submit } from './kit/index.ts';

const slowMs = 400_000;

describeInstalled('a job that names a certificate and a calibration', { prefix: 'certified' }, (there) => {
  const printed = async (...words: string[]): Promise<string> => {
    const { env } = there.installation.s3;
    const ended = await runCommand({ name: words[0] ?? '', words, mark: there.installation.namespace.name, env });
    expect(ended.code, ended.stderr).toBe(0);
    return ended.stdout;
  };
  const rowsIn = async ({ outUri }: ClusterJob): Promise<Row[]> =>
    (await printed('rows', outUri))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  test('keeps what they say, and tells the tricks of its judge', { timeout: slowMs }, async ({ onTestFailed }) => {
    onTestFailed(() => there.installation.report());
    const { installation } = there;
    const folder = await mkdtemp(join(tmpdir(), 'proofmill-certified-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const first = await clusterJob(installation, { name: 'first' });
    await submit(installation, first);
    await complete(installation, first);
    const [certificate, calibration] = [join(folder, 'certificate.json'), join(folder, 'calibration.json')];
    await printed('certify', first.outUri, '--error-at-most', '0.3', '--out', certificate);
    await printed('calibrate', first.outUri, '--out', calibration);
    const from: number = JSON.parse(await readFile(certificate, 'utf8')).groups[0].holds.threshold;

    const files = [`--from-file=${certificate}`, `--from-file=${calibration}`];
    await installation.namespace.kubectl(['create', 'configmap', 'next-files', ...files]);
    const next = await clusterJob(installation, {
      name: 'next',
      change: ({ spec }) => {
        Object.assign(spec, { files: 'next-files', health: { planted: true } });
        spec.corpus.uris = [first.corpus];
        Object.assign(spec.pipeline[0], {
          keep: { certificate: 'certificate.json' },
          calibration: 'calibration.json',
        });
      },
    });
    await submit(installation, next);
    await complete(installation, next);

    const rows = await rowsIn(next);
    expect(rows.length).toBe((await rowsIn(first)).length);
    const certified = rows.filter(({ kept }) => kept);
    expect(certified.length).toBeGreaterThan(0);
    expect(certified.filter(({ confidence }) => (confidence ?? 0) < from)).toEqual([]);
    const others = rows.filter(({ keptReason }) => keptReason === 'not-certified');
    expect(others.filter(({ confidence }) => (confidence ?? 0) >= from)).toEqual([]);
    expect(rows.filter(({ tie, probability }) => (probability === null) !== tie)).toEqual([]);
    expect(JSON.parse(await printed('report', next.outUri, '--json')).planted.rates).toHaveLength(4);
    const verified = await next.verify('--deep', '--json');
    expect(JSON.parse(verified.stdout), verified.stdout + verified.stderr).toMatchObject({
      sound: true,
      complete: true,
    });
  });
});
