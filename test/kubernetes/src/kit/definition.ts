import type { Cluster } from '@proofmill/one-node-cluster';
import { until } from './until.ts';

/** Resolves when the API server serves the kind. `kubectl wait` fails while the definition has no status. */
export const established = (cluster: Cluster, definition: string): Promise<true> =>
  until(`${definition} is served`, async () => {
    const { status = {} } = JSON.parse(await cluster.kubectl(['get', `crd/${definition}`, '-o', 'json'])) as {
      status?: { conditions?: { type: string; status: string }[] | null };
    };
    return status.conditions?.some((one) => one.type === 'Established' && one.status === 'True');
  });
