/** The chart as helm renders it, over values files that turn every switch. */
import { kubernetesSettingsSchema } from '@proofmill/contract';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { caseOf, chart, complaint, helm, type Manifest, noHelm, only, template, valuesFiles } from './render.ts';
import { faultsOf, podSpecsOf } from './restricted.ts';

describe.skipIf(noHelm)(`the chart${noHelm}`, () => {
  test.each(valuesFiles.map((file) => [caseOf(file), file]))('%s: lint has nothing to say', async (_, file) => {
    expect(await helm('lint', '--strict', chart, '--values', file)).toContain('0 chart(s) failed');
  });

  test.each(valuesFiles.map((file) => [caseOf(file), file]))(
    '%s: the settings are what driver and operator accept',
    async (_, file) => {
      const manifests = await template('--values', file);
      const { data } = only(manifests, 'ConfigMap', 'proofmill-cluster');
      const settings = kubernetesSettingsSchema.parse(parse(data['cluster.yaml']));
      only(manifests, 'ServiceAccount', settings.driver.serviceAccount);
      if (settings.store.serviceAccount) only(manifests, 'ServiceAccount', settings.store.serviceAccount);
    },
  );

  test.each(valuesFiles.map((file) => [caseOf(file), file]))('%s: every pod is restricted', async (_, file) => {
    const pods = (await template('--values', file)).flatMap(podSpecsOf);
    expect(pods.map(({ place, spec }) => [place, faultsOf(spec)])).toEqual(pods.map(({ place }) => [place, []]));
  });

  test.each(valuesFiles.map((file) => [caseOf(file), file]))(
    '%s: it asks for nothing outside its namespace',
    async (_, file) => {
      const kinds = (await template('--values', file)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => /^Cluster|Webhook|Namespace|^PersistentVolume$/.test(kind))).toEqual([]);
    },
  );

  test('values arrive where they belong', async () => {
    const manifests = await template('--values', fileOf('everything'));
    const { data } = only(manifests, 'ConfigMap', 'proofmill-cluster');
    expect(kubernetesSettingsSchema.parse(parse(data['cluster.yaml']))).toMatchObject({
      image: 'registry.example/proofmill@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
      imagePullSecrets: ['registry'],
      nats: { url: 'nats://proofmill-nats:4222', secret: 'passwords' },
      store: { volume: { claim: 'labels', path: '/labels' } },
      engine: { image: 'registry.example/vllm:1', startSeconds: 600 },
      worker: { resources: { limits: { cpu: '1', memory: '2Gi' } } },
    });
    const nats = only(manifests, 'StatefulSet', 'proofmill-nats').spec;
    expect(nats.volumeClaimTemplates[0].spec).toMatchObject({
      storageClassName: 'fast',
      resources: { requests: { storage: '50Gi' } },
    });
    expect(only(manifests, 'ConfigMap', 'proofmill-nats').data['nats.conf']).toContain('max_file_store: 40Gi');
    expect(only(manifests, 'PodDisruptionBudget', 'proofmill-operator').spec.maxUnavailable).toBe('50%');
    expect(only(manifests, 'PodMonitor', 'proofmill-nats').metadata.labels).toMatchObject({ release: 'prometheus' });
    expect(manifests.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  test('an external server: no NATS is created, its port is allowed, and the users are those of its Secret', async () => {
    const manifests = await template('--values', fileOf('external-nats'));
    expect(manifests.filter(({ kind }) => kind === 'StatefulSet' || kind === 'Secret')).toEqual([]);
    const { data } = only(manifests, 'ConfigMap', 'proofmill-cluster');
    expect(kubernetesSettingsSchema.parse(parse(data['cluster.yaml'])).nats.replicas).toBe(3);
    const [rule] = only(manifests, 'NetworkPolicy', 'proofmill-to-nats').spec.egress;
    expect(rule).toEqual({ ports: [{ port: 4223, protocol: 'TCP' }] });
    for (const role of ['driver', 'collector']) {
      const account = only(manifests, 'ServiceAccount', `proofmill-${role}`).metadata;
      expect(account).toHaveProperty(['annotations', 'eks.amazonaws.com/role-arn']);
    }
  });

  test.each([
    ['default', ['apply -f job.yaml', 'get scoringjobs -w', 'aws s3 cp']],
    ['no-operator', ['apply -f plain-job.yaml', 'get job NAME-driver', 'kubectl -n proofmill exec POD -- tar']],
  ])('%s: the notes say how to submit, watch and fetch, and what upgrade and uninstall do', async (name, commands) => {
    const words = ['install', 'proofmill', chart, '--dry-run=client', '--namespace', 'proofmill'];
    const [, notes = ''] = (await helm(...words, '--values', fileOf(name))).split('NOTES:');
    for (const command of [...commands, 'helm upgrade, while jobs run', 'helm uninstall, while jobs run']) {
      expect(notes).toContain(command);
    }
  });

  test('passwords are valid in a URL and in the configuration of nats-server, and no two secrets are the same', async () => {
    const { data } = only(await template(), 'Secret', 'proofmill-nats');
    expect(Object.keys(data).sort()).toEqual(['collector', 'coordinator', 'signing', 'worker']);
    const passwords = Object.values<string>(data).map((text) => Buffer.from(text, 'base64').toString());
    for (const password of passwords) expect(password).toMatch(/^[a-z][A-Za-z0-9]{39}$/);
    expect(new Set(passwords).size).toBe(4);
  });

  test('only the operator and the driver have rights, and only the pods of the operator get a token from the chart', async () => {
    const manifests = await template('--values', fileOf('object-store'));
    const subjects = manifests.filter(({ kind }) => kind === 'RoleBinding').flatMap(({ subjects }) => subjects);
    expect(subjects.map(({ name }: Manifest[string]) => name).sort()).toEqual([
      'argo-workflow',
      'proofmill-driver',
      'proofmill-operator',
    ]);
    const withToken = manifests.flatMap(podSpecsOf).filter(({ spec }) => spec.automountServiceAccountToken);
    expect(withToken.map(({ place }) => place)).toEqual(['Deployment proofmill-operator']);
    const rules = manifests.filter(({ kind }) => kind === 'Role').flatMap(({ rules }) => rules);
    expect(JSON.stringify(rules)).not.toMatch(/secrets|\*|escalate|impersonate|pods\/exec|"pods"[^}]*create/);
  });

  test.each([
    [['--set', 'operater.replicas=2'], /additional properties 'operater' not allowed/],
    [['--set', 'nats.image.version=2'], /additional properties 'version' not allowed/],
    [['--set', 'image.pullPolicy=Sometimes'], /must be one of 'Always', 'IfNotPresent', 'Never'/],
    [['--set', 'nats.storage=lots'], /'lots' does not match pattern/],
    [['--set', 'nats.url=nats://me:secret@host'], /does not match pattern/],
    [['--set', 'nats.enabled=false'], /nats\.enabled is false, so nats\.url must name a server of yours/],
    [['--set', 'nats.url=nats://host:4222'], /Set nats\.enabled to false, or leave nats\.url out/],
    [['--set', 'nats.replicas=3'], /nats\.replicas is for a cluster of your own/],
    [['--set', 'store.existingSecret=a', '--set', 'store.serviceAccountAnnotations.b=c'], /Give one\./],
  ])('%j is refused with a sentence', async (args, sentence) => {
    expect(await complaint(template(...args))).toMatch(sentence);
  });
});

const fileOf = (name: string): string => valuesFiles.find((file) => caseOf(file) === name) ?? `no values file ${name}`;
