export type { ClusterOptions } from './cluster.ts';
export { openCluster } from './cluster.ts';
