export type { KubernetesOptions } from './open-kubernetes.ts';
export { openKubernetes } from './open-kubernetes.ts';
