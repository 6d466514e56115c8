/** Real Argo Workflows in a namespace of a test, from its own manifests. */
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { argoImage, type Cluster, findArgo } from '@proofmill/one-node-cluster';
import { noCluster } from './cluster.ts';
import type { Namespace } from './namespace.ts';

/** Why there is no Argo here and what would help; empty where there is. */
export const noArgo: string = noCluster || ((await findArgo()) ? '' : 'Argo is not built: npm run fetch:argo');

/** What the restricted Pod Security Standard asks of a container besides its pod. */
const restrictedContainer = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true };

/** Installs its controller, for this namespace alone; on disposal removes it with its definitions and all of their objects. */
export async function installArgo(cluster: Cluster, namespace: Namespace): Promise<AsyncDisposable> {
  const argo = await findArgo();
  if (argo === null) throw new Error(noArgo);
  await cluster.loadImage(argo.image);
  await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-argo-'));
  const base = (name: string): string => relative(folder.path, join(argo.manifests, name));
  const patch = (kind: string, name: string, fields: object): object => ({
    target: { kind, name },
    patch: JSON.stringify({ apiVersion: 'v1', kind, metadata: { name }, ...fields }),
  });
  const container = {
    ...{ name: 'workflow-controller', image: argoImage, imagePullPolicy: 'Never' },
    args: ['--namespaced', '--executor-image', argoImage, '--executor-image-pull-policy', 'Never'],
  };
  const pod = { securityContext: { seccompProfile: { type: 'RuntimeDefault' } }, containers: [container] };
  const bases = ['base/crds/minimal', 'base/workflow-controller', 'namespace-install/workflow-controller-rbac'];
  const kustomization = {
    namespace: namespace.name,
    resources: bases.map(base),
    patches: [
      patch('Deployment', 'workflow-controller', { apiVersion: 'apps/v1', spec: { template: { spec: pod } } }),
      // The containers that Argo adds to a step.
      patch('ConfigMap', 'workflow-controller-configmap', {
        data: { executor: JSON.stringify({ securityContext: restrictedContainer }) },
      }),
    ],
  };
  await writeFile(join(folder.path, 'kustomization.yaml'), JSON.stringify(kustomization));
  const manifests = await cluster.kubectl(['kustomize', folder.path]);
  await cluster.kubectl(['apply', '--server-side', '-f', '-'], { input: manifests });
  await namespace.kubectl(['rollout', 'status', 'deployment/workflow-controller', '--timeout=180s']);
  return {
    async [Symbol.asyncDispose]() {
      // Ahead of the controller, which removes their finalizers.
      await namespace.kubectl(['delete', 'workflows', '--all', '--timeout=120s']);
      await cluster.kubectl(['delete', '-f', '-', '--ignore-not-found', '--timeout=120s'], { input: manifests });
    },
  };
}
