import { attachCluster, type Cluster } from '@proofmill/one-node-cluster';
import { inject } from 'vitest';

/** Why there is no cluster here and what would help; empty where there is. The reason of a skipped suite. */
export const noCluster: string = inject('noCluster');

/** The cluster of this run, which all test files share. */
export async function theCluster(): Promise<Cluster> {
  const record = inject('cluster');
  if (record === null) throw new Error(noCluster);
  return attachCluster(record);
}
