/** The chart as a release has it: one version everywhere, an archive with the same bytes each time, pushed to and installed from a registry. */
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { packageChart } from '@proofmill/image';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { chart, helm, noHelm, root } from './render.ts';
import { registrySkipReason, startRegistry } from './registry.ts';

const noRegistry = await registrySkipReason();
const source = { commit: null, isChanged: false, time: '2026-01-02T03:04:05Z' };
const version = async (): Promise<string> =>
  JSON.parse(await readFile(join(root, 'services/cli/package.json'), 'utf8')).version;

test('the chart has the version of the program, and so has the image that it starts by default', async () => {
  const { version: own, appVersion } = parse(await readFile(join(chart, 'Chart.yaml'), 'utf8'));
  expect([own, appVersion]).toEqual([await version(), await version()]);
  expect(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).version).toBe(await version());
});

describe.skipIf(noHelm)(`the archive${noHelm}`, () => {
  test('it has the same bytes each time, whenever the files were written', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-charts-'));
    const bytesAt = async (time: string): Promise<Buffer> =>
      readFile(await packageChart(folder.path, { ...source, time }));
    const first = await bytesAt(source.time);
    expect((await bytesAt('2026-02-03T04:05:06Z')).equals(first), 'times are in it').toBe(false);
    expect((await bytesAt(source.time)).equals(first)).toBe(true);
  });
});

const noPush = noHelm || (noRegistry && `: skipped. ${noRegistry}`);
describe.skipIf(noPush)(`a registry${noPush}`, () => {
  test('the chart is pushed, with the same digest each time, and renders from there as from its folder', async () => {
    await using registry = await startRegistry();
    await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-charts-'));
    const push = async (repository: string): Promise<string> => {
      const archive = await packageChart(folder.path, source);
      expect(basename(archive)).toBe(`proofmill-${await version()}.tgz`);
      await helm('push', archive, `oci://${registry.address}/${repository}`, '--plain-http');
      const manifest = `http://${registry.address}/v2/${repository}/proofmill/manifests/${await version()}`;
      const accept = 'application/vnd.oci.image.manifest.v1+json';
      return (await fetch(manifest, { headers: { accept } })).headers.get('docker-content-digest') ?? 'none';
    };
    const digest = await push('charts');
    expect(digest).toMatch(/^sha256:/);
    expect(await push('elsewhere')).toBe(digest);

    const chartThere = `oci://${registry.address}/charts/proofmill`;
    const flags = ['--plain-http', '--version', await version(), '--namespace', 'proofmill'];
    // A Secret of the caller, so that no passwords are drawn.
    const secret = ['--set', 'nats.existingSecret=passwords'];
    const rendered = await helm('template', 'proofmill', chartThere, ...flags, ...secret);
    expect(rendered).toBe(await helm('template', 'proofmill', chart, '--namespace', 'proofmill', ...secret));
    expect(rendered).toContain(`image: "proofmill:${await version()}"`);
  });
});
