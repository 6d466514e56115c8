import type { Cluster } from '@proofmill/one-node-cluster';
import { until } from './until.ts';

/** Resolves when the API server serves the kind. kubectl's own wait fails where it has no status yet. */
export const established = (cluster: Cluster, definition: string): Promise<true> =>
  until(`${definition} is served`, async () => {
    const { status = {} } = JSON.parse(await cluster.kubectl(['get', `crd/${definition}`, '-o', 'json'])) as {
      status?: { conditions?: { type: string; status: string }[] | null };
    };
    return status.conditions?.some((one) => one.type === 'Established' && one.status === 'True');
  });
