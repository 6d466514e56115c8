/** k8s/ holds what the chart renders, for those who have no helm. */

import { join } from 'node:path';
import { kubernetesSettingsSchema } from '@proofmill/contract';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { kustomize, type Manifest, noHelm, only, root, template } from './render.ts';
import { faultsOf, podSpecsOf } from './restricted.ts';

const files = {
  'base/operator.yaml': /^(Deployment|Lease|PodDisruptionBudget) proofmill-operator$/,
  'base/rbac.yaml': /^(ServiceAccount|Role|RoleBinding) /,
  'base/nats.yaml': /^(ConfigMap|Service|StatefulSet|PodDisruptionBudget) proofmill-nats$/,
  'base/network-policies.yaml': /^NetworkPolicy /,
  'crd/roles.yaml': /^ClusterRole /,
};

const notice = `# Made from the chart by test/charts. Change charts/proofmill and run \`npm test -w @proofmill/test-charts -- -u\`.\n`;
const overlays = ['k8s/overlays/rehearsal', 'k8s/overlays/one-node', 'k8s/overlays/gpu'];

describe.skipIf(noHelm)(`k8s/${noHelm}`, () => {
  test.each(Object.entries(files))('%s is what the chart makes by default', async (name, wanted) => {
    const manifests = (await template()).filter((manifest) => wanted.test(placeOf(manifest)));
    expect(manifests).not.toEqual([]);
    const text = manifests.map((manifest) => stringify(withoutHelm(manifest), { lineWidth: 0 })).join('---\n');
    await expect(notice + text).toMatchFileSnapshot(join(root, 'k8s', name));
  });

  test('base has everything that the chart renders except the passwords', async () => {
    const byHelm = (await template()).map(placeOf);
    const byKustomize = (await kustomize('k8s/base')).map(placeOf);
    expect(byKustomize.sort()).toEqual(byHelm.filter((place) => !place.startsWith('Secret ')).sort());
  });

  test('base has the settings of the chart', async () => {
    const settings = (manifests: Manifest[]) =>
      parse(only(manifests, 'ConfigMap', 'proofmill-cluster').data['cluster.yaml']);
    expect(kubernetesSettingsSchema.parse(settings(await kustomize('k8s/base')))).toEqual(
      kubernetesSettingsSchema.parse(settings(await template())),
    );
  });

  test.each(overlays)('%s builds, its settings are accepted, and its pods are restricted', async (folder) => {
    const manifests = await kustomize(folder);
    const { data } = only(manifests, 'ConfigMap', 'proofmill-cluster');
    const { image } = kubernetesSettingsSchema.parse(parse(data['cluster.yaml']));
    expect(only(manifests, 'Deployment', 'proofmill-operator').spec.template.spec.containers[0].image).toBe(image);
    const pods = manifests.flatMap(podSpecsOf);
    expect(pods.length).toBeGreaterThan(1);
    for (const { place, spec } of pods) expect(faultsOf(spec), place).toEqual([]);
    const ofCluster = ['Namespace', 'PersistentVolume'];
    const outside = manifests.filter(
      ({ metadata, kind }) => !ofCluster.includes(kind) && metadata.namespace !== 'proofmill',
    );
    expect(outside.map(placeOf).sort()).toEqual((await kustomize('k8s/crd')).map(placeOf).sort());
  });
});

const placeOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;

/** Without the labels of helm, and without the digests by which helm restarts pods. */
function withoutHelm({ metadata, ...rest }: Manifest): Manifest {
  const { 'helm.sh/chart': _chart, 'app.kubernetes.io/managed-by': _helm, ...labels } = metadata.labels ?? {};
  const { apiVersion, kind, ...fields } = rest;
  if (fields.spec?.template?.metadata) delete fields.spec.template.metadata.annotations;
  const { annotations: _policy, ...own } = metadata;
  return { apiVersion, kind, metadata: { ...own, labels }, ...fields };
}
