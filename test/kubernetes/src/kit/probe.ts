import type { Cluster } from '@proofmill/one-node-cluster';
import type { Namespace } from './namespace.ts';
import { busyboxPod } from './pod.ts';

/** A pod that a test sends connections from and to. */
export interface Probe {
  readonly address: string;
  /** Those of the targets, `HOST:PORT` by name, that accept a TCP connection from it within some seconds. */
  accepted(targets: Readonly<Record<string, string>>): Promise<string[]>;
}

/** The port that each listens on. */
export const probePort = 8000;
const patienceSeconds = 4;

/** Starts one with these labels; resolves when it listens. */
export async function probePod(
  cluster: Cluster,
  namespace: Namespace,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<Probe> {
  const server = `exec httpd -f -p ${probePort} -h /etc`;
  // biome-ignore lint/suspicious/noExplicitAny: a manifest, of which two fields are added.
  const pod = busyboxPod(cluster, name, server) as any;
  pod.metadata.labels = labels;
  pod.spec.securityContext = { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: 'RuntimeDefault' } };
  pod.spec.containers[0].securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
  await namespace.kubectl(['apply', '-f', '-'], pod);
  await namespace.kubectl(['wait', `pod/${name}`, '--for=condition=Ready', '--timeout=120s']);
  const address = await namespace.kubectl(['get', 'pod', name, '-o', 'jsonpath={.status.podIP}']);
  return {
    address,
    async accepted(targets) {
      const names = Object.keys(targets);
      const connects = Object.values(targets).map((target, number) => {
        const [host, port] = target.split(':');
        return `(nc -w ${patienceSeconds} ${host} ${port} -e true 2>/dev/null && echo ${number}) &`;
      });
      const said = await namespace.kubectl(['exec', name, '--', 'sh', '-c', `${connects.join('\n')}\nwait`]);
      return said
        .split('\n')
        .filter(Boolean)
        .map((number) => names[Number(number)] ?? '');
    },
  };
}
