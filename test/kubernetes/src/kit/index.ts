/** What tests on the cluster share. */
export type { Cluster } from '@proofmill/one-node-cluster';
export { noCluster, theCluster } from './cluster.ts';
export { established } from './definition.ts';
export { startWitness } from './engine.ts';
export { ownImages } from './images.ts';
export type { Installation } from './installation.ts';
export { install, noPods } from './installation.ts';
export type { ClusterJob, ClusterJobOptions, JobObject } from './jobs.ts';
export { clusterJob, complete, statusOf, submit } from './jobs.ts';
export type { Namespace } from './namespace.ts';
export { restricted, temporaryNamespace } from './namespace.ts';
export { busyboxPod, podEnd, runPod } from './pod.ts';
export type { RunningCommand } from './proofmill.ts';
export { runProofmill, startProofmill } from './proofmill.ts';
export type { RealEngine } from './real-engine.ts';
export { noRealEngine, realEngine } from './real-engine.ts';
export { describeInstalled } from './suite.ts';
export { until } from './until.ts';
