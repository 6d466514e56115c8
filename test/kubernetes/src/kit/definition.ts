import type { Cluster } from '../../../../scripts/cluster/index.ts';
import { until } from './until.ts';

/** Resolves when the API server serves the kind. kubectl's own wait fails where the definition has no status yet. */
export const established = (cluster: Cluster, definition: string): Promise<true> =>
  until(`${definition} is served`, async () => {
    const path = 'jsonpath={.status.conditions[?(@.type=="Established")].status}';
    return (await cluster.kubectl(['get', `crd/${definition}`, '-o', path])) === 'True';
  });
