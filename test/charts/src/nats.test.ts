/** The NATS of the chart: one server or several, with TLS or without, and who reaches whom. */
import { kubernetesSettingsSchema } from '@proofmill/contract';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Manifest, noHelm, only, template } from './render.ts';

const set = (...values: string[]): string[] => values.flatMap((value) => ['--set', value]);
const settingsOf = (manifests: readonly Manifest[]) =>
  kubernetesSettingsSchema.parse(parse(only(manifests, 'ConfigMap', 'proofmill-cluster').data['cluster.yaml']));
const confOf = (manifests: readonly Manifest[]): string =>
  only(manifests, 'ConfigMap', 'proofmill-nats').data['nats.conf'];

describe.skipIf(noHelm)(`the NATS of the chart${noHelm}`, () => {
  test('one server has no routes: no port, no password and no configuration of a cluster', async () => {
    const text = JSON.stringify(await template());
    expect(text).not.toMatch(/6222|cluster \{|ROUTE|nats-peers/);
  });

  test('three servers know each other by name and password, keep three copies, and lie on three nodes', async () => {
    const manifests = await template(...set('nats.replicas=3'));
    const { replicas, serviceName, template: pod } = only(manifests, 'StatefulSet', 'proofmill-nats-cluster').spec;
    expect([replicas, serviceName, settingsOf(manifests).nats.replicas]).toEqual([3, 'proofmill-nats-peers', 3]);
    expect(only(manifests, 'Service', 'proofmill-nats-peers').spec).toMatchObject({
      clusterIP: 'None',
      publishNotReadyAddresses: true,
    });
    const environment = new Map(pod.spec.containers[0].env.map((one: { name: string }) => [one.name, one]));
    for (const number of [0, 1, 2]) {
      expect(environment.get(`ROUTE_${number}`)).toMatchObject({
        value: `"nats://routes:$(ROUTES_PASSWORD)@proofmill-nats-cluster-${number}.proofmill-nats-peers:6222"`,
      });
    }
    expect(confOf(manifests)).toMatch(/authorization \{ user: routes, password: \$ROUTES_PASSWORD/);
    expect(pod.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution).toMatchObject([
      { topologyKey: 'kubernetes.io/hostname' },
    ]);
    expect(only(manifests, 'PodDisruptionBudget', 'proofmill-nats').spec.maxUnavailable).toBe(1);
    expect(Object.keys(only(manifests, 'Secret', 'proofmill-nats').data)).toContain('routes');
  });

  test('only servers reach the port of the routes', async () => {
    const manifests = await template(...set('nats.replicas=3'));
    const open = manifests.filter(
      ({ kind, spec }) => kind === 'NetworkPolicy' && JSON.stringify(spec).includes('6222'),
    );
    expect(open.map(({ metadata }) => metadata.name)).toEqual(['proofmill-nats-peers']);
    const servers = { podSelector: { matchLabels: { 'app.kubernetes.io/component': 'nats' } } };
    expect(open[0]?.spec).toMatchObject({ ...servers, ingress: [{ from: [servers] }], egress: [{ to: [servers] }] });
  });

  test('with a certificate, clients and servers speak TLS, and the pods of jobs know the authority', async () => {
    const manifests = await template(...set('nats.replicas=3', 'nats.tls.existingSecret=certificate'));
    expect(settingsOf(manifests).nats).toMatchObject({ url: 'tls://proofmill-nats:4222', caSecret: 'certificate' });
    expect(confOf(manifests).match(/cert_file: \/etc\/nats-certificate\/tls.crt/g)).toHaveLength(2);
    expect(confOf(manifests)).toContain('ca_file: /etc/nats-certificate/ca.crt');
    const { volumes } = only(manifests, 'StatefulSet', 'proofmill-nats-cluster').spec.template.spec;
    expect(volumes).toContainEqual({ name: 'certificate', secret: { secretName: 'certificate', defaultMode: 0o440 } });
  });
});

describe.skipIf(noHelm)(`the identity of EKS pods${noHelm}`, () => {
  test('drivers and collectors have accounts to associate and reach the agent; workers do not, and nobody reaches metadata', async () => {
    const manifests = await template(...set('store.podIdentity=true'));
    for (const role of ['driver', 'collector']) only(manifests, 'ServiceAccount', `proofmill-${role}`);
    expect(settingsOf(manifests).store.serviceAccount).toBe('proofmill-collector');
    const { podSelector, egress } = only(manifests, 'NetworkPolicy', 'proofmill-to-identity').spec;
    expect(podSelector.matchExpressions).toEqual([
      { key: 'app.kubernetes.io/component', operator: 'In', values: ['driver', 'collector', 'loop'] },
    ]);
    expect(egress).toEqual([
      {
        ports: [{ port: 80, protocol: 'TCP' }],
        to: [{ ipBlock: { cidr: '169.254.170.23/32' } }, { ipBlock: { cidr: 'fd00:ec2::23/128' } }],
      },
    ]);
    const weights = only(manifests, 'NetworkPolicy', 'proofmill-weights').spec;
    expect(weights.podSelector.matchLabels).toEqual({
      'app.kubernetes.io/name': 'proofmill',
      'proofmill.dev/weights': 's3',
    });
    expect(weights.egress).toContainEqual(egress[0]);
    const wide = manifests.filter(({ kind }) => kind === 'NetworkPolicy').flatMap(({ spec }) => spec.egress ?? []);
    for (const { ipBlock } of wide.flatMap(({ to }) => to ?? [])) {
      if (ipBlock?.cidr === '0.0.0.0/0') expect(ipBlock.except).toEqual(['169.254.0.0/16']);
      if (ipBlock?.cidr === '::/0') expect(ipBlock.except).toEqual(['fd00:ec2::/32']);
    }
    expect(JSON.stringify(await template())).not.toContain('169.254.170.23');
  });
});
