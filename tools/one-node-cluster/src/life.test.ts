/** A cluster leaves nothing on the machine, however the process that owns it ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from '@proofmill/process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { clusterSkipReason } from './build/requirements.ts';
import { namespacesOfCluster, traces } from './life/traces.fixture.ts';

/** The test takes minutes, root and a build of Kubernetes, so it runs only on request. */
const skip =
  process.env.PROOFMILL_CLUSTER === '1' ? await clusterSkipReason() : 'npm run test:kubernetes runs these tests';
const slowMs = 300_000;
const nothing = { processes: [], mounts: [], cgroups: [], interfaces: [], folders: [] };

const ends = {
  'when it is stopped': { order: 'stop' },
  'when its process throws': { order: 'throw' },
  'when its process gets SIGINT': { signal: 'SIGINT' },
  'when its process gets SIGKILL': { signal: 'SIGKILL' },
} as const;

describe.skipIf(skip !== '')(`a cluster leaves nothing${skip && `: ${skip}`}`, () => {
  test.each(Object.entries(ends))('%s', { timeout: slowMs }, async (_, end) => {
    const name = `life-${process.pid}`;
    const holder = spawn(process.execPath, [join(import.meta.dirname, 'life/holder.fixture.ts'), name], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    onTestFinished(() => void holder.kill('SIGKILL')); // in case the test fails midway
    let complaint = '';
    holder.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    const exited = once(holder, 'exit');
    const [line] = (await Promise.race([
      once(holder.stdout.setEncoding('utf8'), 'data'),
      exited.then(() => Promise.reject(new Error(complaint))),
    ])) as [string];
    const hostAddress = line.trim();
    const namespaces = await namespacesOfCluster(name);

    // The traces are visible to the test while the cluster runs.
    const before = await traces(name, hostAddress, namespaces);
    expect(before).toMatchObject({ interfaces: [expect.any(String)], folders: [`proofmill-cluster-${name}`] });
    expect(before.cgroups.length).toBeGreaterThan(0);
    const commandLines = before.processes.join('\n');
    for (const part of ['etcd', 'kubelet', 'containerd-shim', '/pause', 'sleep 600'])
      expect(commandLines).toContain(part);

    if ('order' in end) holder.stdin.write(end.order);
    else holder.kill(end.signal);
    await exited;
    await until('nothing is left', async () => {
      const left = await traces(name, hostAddress, namespaces);
      return Object.values(left).every((kind) => kind.length === 0);
    }).catch(async () => expect(await traces(name, hostAddress, namespaces)).toEqual(nothing));
  });
});
