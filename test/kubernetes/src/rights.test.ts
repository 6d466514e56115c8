/** The API server refuses what a service account must not do, and nothing that it must do. */
import { expect, test } from 'vitest';
import { busyboxPod, describeInstalled, smallJob, temporaryNamespace, until } from './kit/index.ts';

const slowMs = 180_000;

describeInstalled('rights on a cluster', { prefix: 'rights' }, (there) => {
  /** The answer of the API server to the account. */
  const as = (account: string, words: string[], input?: object): Promise<string> =>
    there.installation.namespace
      .kubectl([...words, `--as=system:serviceaccount:${there.installation.namespace.name}:${account}`], input)
      .catch((error: Error) => error.message);

  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'mine' }, stringData: { a: 'b' } };
  const everybody = ['proofmill-operator', 'proofmill-driver', 'default'];
  test.each(everybody)(
    '%s reads and makes no Secret, no role, and nothing of another namespace',
    {
      timeout: slowMs,
    },
    async (account) => {
      const refused = [
        await as(account, ['get', 'secret', 'proofmill-nats', '-o', 'yaml']),
        await as(account, ['get', 'secrets']),
        await as(account, ['create', '-f', '-'], secret),
        await as(account, ['create', 'rolebinding', 'more', '--clusterrole=admin', '--user=me']),
        await as(account, ['get', 'pods', '--namespace=kube-system']),
        await as(account, ['get', 'nodes']),
        await as(account, ['create', '-f', '-'], busyboxPod(there.installation.cluster, 'mine', 'true')),
        await as(account, ['create', 'token', 'proofmill-driver']),
      ];
      for (const answer of refused) expect(answer).toMatch(/forbidden/i);
    },
  );

  test('the driver does not touch ScoringJobs, the operator submits none', { timeout: slowMs }, async () => {
    const job = { apiVersion: 'proofmill.dev/v1alpha1', kind: 'ScoringJob', metadata: { name: 'mine' }, spec: {} };
    expect(await as('proofmill-driver', ['get', 'scoringjobs'])).toMatch(/forbidden/i);
    expect(await as('proofmill-operator', ['create', '--validate=false', '-f', '-'], job)).toMatch(/forbidden/i);
    expect(await as('proofmill-operator', ['delete', 'scoringjob', 'some'])).toMatch(/not found/i);
    expect(await as('proofmill-operator', ['get', 'scoringjobs'])).not.toMatch(/forbidden/i);
    expect(await as('proofmill-driver', ['get', 'jobs'])).not.toMatch(/forbidden/i);
  });

  test('an account without a role, such as that of workers and collectors, sees nothing', {
    timeout: slowMs,
  }, async () => {
    for (const what of ['pods', 'jobs', 'configmaps', 'scoringjobs', 'events']) {
      expect(await as('default', ['get', what])).toMatch(/forbidden/i);
    }
  });

  test('whoever has the role view of Kubernetes reads ScoringJobs, and edit also submits, scales and deletes them, in that namespace alone', {
    timeout: slowMs,
  }, async () => {
    const { cluster, namespace } = there.installation;
    await using other = await temporaryNamespace(cluster, 'rights-other');
    for (const role of ['view', 'edit']) {
      await namespace.kubectl(['create', 'rolebinding', role, `--clusterrole=${role}`, `--user=${role}er`]);
    }
    const asUser = (user: string, words: string[], input?: object): Promise<string> =>
      namespace.kubectl([...words, `--as=${user}`], input).catch((error: Error) => error.message);
    // It starts no pod.
    const job = smallJob('theirs', { suspend: true });
    const status = ['patch', 'scoringjob', 'theirs', '--subresource=status', '--type=merge', '-p', '{"status":{}}'];
    const changes: [string[], object?][] = [
      [['apply', '-f', '-'], smallJob('theirs', { suspend: true, limits: { maxFailedShare: 0.5 } })],
      [['scale', 'scoringjob', 'theirs', '--replicas=3']],
      [['patch', 'scoringjob', 'theirs', '--type=merge', '-p', '{"spec":{"workers":2}}']],
      [['delete', 'scoringjobs', '--all', '--timeout=60s']],
    ];

    // The roles reach view and edit a moment after they are created.
    await until('edit may submit', async () => /created/.test(await asUser('editer', ['create', '-f', '-'], job)));
    expect(await asUser('editer', status)).toMatch(/forbidden/i);
    await until('view may read', async () => /theirs/.test(await asUser('viewer', ['get', 'scoringjobs'])));
    expect(await asUser('viewer', ['get', 'scoringjob', 'theirs', '--subresource=scale'])).not.toMatch(/forbidden/i);
    for (const [words, input] of [...changes, [status]] as typeof changes) {
      expect(await asUser('viewer', words, input), words.join(' ')).toMatch(/forbidden/i);
    }
    const elsewhere = ['--namespace', other.name];
    for (const user of ['viewer', 'editer']) {
      expect(await asUser(user, [...elsewhere, 'get', 'scoringjobs'])).toMatch(/forbidden/i);
    }
    expect(await asUser('editer', [...elsewhere, 'create', '-f', '-'], job)).toMatch(/forbidden/i);
    for (const [words, input] of changes) {
      expect(await asUser('editer', words, input), words.join(' ')).toMatch(/configured|scaled|patched|deleted/);
    }
  });

  test('a pod that is not restricted is refused by the namespace', { timeout: slowMs }, async () => {
    const answer = await there.installation.namespace
      .kubectl(['create', '-f', '-'], busyboxPod(there.installation.cluster, 'free', 'true'))
      .catch((error: Error) => error.message);
    expect(answer).toMatch(/violates PodSecurity "restricted/);
  });
});
