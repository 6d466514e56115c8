/** A Kubernetes cluster of one node, for tests: build, start, stop. */
export { buildCluster } from './build/build.ts';
export type { KubeRouter } from './build/kube-router.ts';
export { buildKubeRouter, findKubeRouter } from './build/kube-router.ts';
export type { Kueue } from './build/kueue.ts';
export { buildKueue, findKueue } from './build/kueue.ts';
export type { KubernetesTools } from './build/kubernetes-tools.ts';
export { kubernetesTools } from './build/kubernetes-tools.ts';
export type { Kwok } from './build/kwok.ts';
export { buildKwok } from './build/kwok.ts';
export { clusterSkipReason } from './build/requirements.ts';
export type { Cluster } from './handle.ts';
export { attachCluster } from './handle.ts';
export { kueueImage } from './pins.ts';
export type { ClusterRecord } from './record.ts';
export { recordBeside } from './record.ts';
export type { OwnCluster } from './start.ts';
export { startCluster } from './start.ts';
