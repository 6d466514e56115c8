import { randomUUID } from 'node:crypto';
import type { Cluster } from '@proofmill/one-node-cluster';
import { until } from './until.ts';

/** A namespace of a test's own. */
export interface Namespace extends AsyncDisposable {
  readonly name: string;
  /** Runs kubectl in this namespace. It reads `input` with `-f -`. */
  kubectl(args: readonly string[], input?: object | string, signal?: AbortSignal): Promise<string>;
}

/** Labels of a namespace that admits only pods of the restricted Pod Security Standard. */
export const restricted: Readonly<Record<string, string>> = {
  'pod-security.kubernetes.io/enforce': 'restricted',
  'pod-security.kubernetes.io/warn': 'restricted',
};

/** Creates a namespace with its service account; `await using` removes it with its content, without waiting until it is gone. */
export async function temporaryNamespace(
  cluster: Cluster,
  prefix: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<Namespace> {
  const name = `${prefix}-${randomUUID().slice(0, 8)}`;
  const kubectl: Namespace['kubectl'] = (args, input, signal) => {
    const text = typeof input === 'object' ? JSON.stringify(input) : input;
    return cluster.kubectl(['--namespace', name, ...args], {
      ...(text === undefined ? {} : { input: text }),
      ...(signal ? { signal } : {}),
    });
  };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  await cluster.kubectl(['create', '-f', '-'], { input: JSON.stringify(namespace) });
  await until('the default service account', () =>
    kubectl(['get', 'serviceaccount', 'default']).then(
      () => true,
      () => false,
    ),
  );
  return {
    name,
    kubectl,
    [Symbol.asyncDispose]: async () => {
      await cluster.kubectl(['delete', 'namespace', name, '--wait=false', '--ignore-not-found']);
    },
  };
}
