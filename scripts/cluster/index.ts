/** A Kubernetes cluster of one node, for tests: build, start, stop. */
export { buildCluster } from './build.ts';
export { ClusterError } from './errors.ts';
export type { Cluster } from './handle.ts';
export { attachCluster } from './handle.ts';
export type { ClusterRecord } from './record.ts';
export { recordBeside } from './record.ts';
export { clusterSkipReason } from './requirements.ts';
export type { OwnCluster } from './start.ts';
export { startCluster } from './start.ts';
export type { KubernetesTools } from './tools.ts';
export { kubernetesTools } from './tools.ts';
