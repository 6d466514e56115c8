/** The chart as an archive for a registry: the same files give the same bytes. */
import { cp, mkdtempDisposable, readdir, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { kubernetesTools } from '@proofmill/one-node-cluster';
import { runCommand } from '@proofmill/process';
import { root, type Source } from './source.ts';

const chart = join(root, 'charts/proofmill');

/**
 * Writes proofmill-VERSION.tgz into `folder`, and resolves with its path. helm copies the times of the files into the archive, and that of
 * the archive into the manifest that it pushes, so all of them get the time of the commit.
 */
export async function packageChart(folder: string, { time }: Source): Promise<string> {
  const { helm } = await kubernetesTools();
  await using scratch = await mkdtempDisposable(join(tmpdir(), 'proofmill-chart-'));
  const copy = join(scratch.path, basename(chart));
  await cp(chart, copy, { recursive: true });
  const at = new Date(time);
  for (const path of await readdir(copy, { recursive: true })) await utimes(join(copy, path), at, at);
  const out = join(scratch.path, 'out');
  await runCommand(helm, ['package', copy, '--destination', out], { doing: 'packaging the chart' });
  const [name = ''] = await readdir(out);
  await utimes(join(out, name), at, at);
  await cp(join(out, name), join(folder, name), { preserveTimestamps: true });
  return join(folder, name);
}
