/** A second release in one namespace: refused where the two would share their jobs, and installed where they share nothing. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeInstalled } from './kit/index.ts';

const slowMs = 300_000;
const chart = join(import.meta.dirname, '../../../charts/proofmill');

describeInstalled('a second release in the namespace', { prefix: 'second' }, (there) => {
  test('with an operator it is refused, and told of the first one', { timeout: slowMs }, async () => {
    const { helm, namespace } = there.installation;
    await expect(helm('install', 'other', chart, '--set', 'crds.enabled=false')).rejects.toThrow(
      `The release proofmill has an operator in the namespace ${namespace.name} already`,
    );
    await there.installation.upgrade();
  });

  test('without one it has names of its own, and leaves alone what the first one has when it goes', {
    timeout: slowMs,
  }, async () => {
    const { helm, namespace } = there.installation;
    const named = async (kind: string): Promise<string[]> =>
      (await namespace.kubectl(['get', kind, '-o', 'name'])).trim().split('\n').sort();
    await helm('install', 'other', chart, '--set', 'crds.enabled=false,operator.enabled=false');
    const both = ['statefulset.apps/other-proofmill-nats', 'statefulset.apps/proofmill-nats'];
    expect(await named('statefulsets')).toEqual(both);
    await helm('uninstall', 'other');
    expect(await named('statefulsets')).toEqual(both.slice(1));
    expect(await named('leases')).toEqual(['lease.coordination.k8s.io/proofmill-operator']);
  });
});
