/**
 * The port with the status of a role: /metrics for Prometheus, /livez and /readyz for the kubelet.
 *
 * A driver and a collector that no longer work are ended by the kubelet: nothing else notices, and a new one continues from the output
 * folder. A worker is not: its tasks go to other workers by themselves, its engine has a probe of its own, and a new pod would load the model
 * again.
 */
import { statusPort } from '@proofmill/contract';
import type { Fields } from './fields.ts';

const portName = 'status';

/** The arguments by which a role opens its status in a pod. */
export const statusArguments = ['--status-port', String(statusPort), '--status-host', 'all'];

const probe = (path: string, more: Fields): Fields => ({ httpGet: { path, port: portName }, ...more });

/** The fields of a container whose readiness others may wait for. */
export const statusFields: Fields = {
  ports: [{ name: portName, containerPort: statusPort }],
  readinessProbe: probe('/readyz', { periodSeconds: 5, timeoutSeconds: 5 }),
};

/**
 * The same for a container that is ended when it no longer works. A node without a free processor answers late, and that is no reason to end
 * anything: so the probe waits long, four times. One that hangs finishes nothing, so it is not waited for.
 */
export const watchedStatusFields: Fields = {
  ...statusFields,
  livenessProbe: probe('/livez', {
    periodSeconds: 30,
    timeoutSeconds: 20,
    failureThreshold: 4,
    terminationGracePeriodSeconds: 5,
  }),
};
