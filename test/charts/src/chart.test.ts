/** The chart as helm renders it, over values files that turn every switch. */
import { kubernetesSettingsSchema } from '@proofmill/contract';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  caseOf,
  chart,
  complaint,
  helm,
  type Manifest,
  manifestsOf,
  noHelm,
  only,
  template,
  valuesFiles,
} from './render.ts';
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
    const fixedUser = caseOf(file) !== 'openshift';
    expect(pods.map(({ place, spec }) => [place, faultsOf(spec, fixedUser)])).toEqual(
      pods.map(({ place }) => [place, []]),
    );
  });

  test.each(valuesFiles.map((file) => [caseOf(file), file]))(
    '%s: without the definition it asks for nothing outside its namespace',
    async (_, file) => {
      const kinds = (await template('--values', file, '--set', 'crds.enabled=false')).map(({ kind }) => kind);
      expect(kinds.filter((kind) => /^Cluster|Webhook|Namespace|^PersistentVolume$/.test(kind))).toEqual([]);
    },
  );

  test('values arrive where they belong', async () => {
    const manifests = await template('--values', fileOf('everything'));
    const { data } = only(manifests, 'ConfigMap', 'proofmill-cluster');
    expect(kubernetesSettingsSchema.parse(parse(data['cluster.yaml']))).toMatchObject({
      image: 'registry.example/proofmill@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
      imagePullSecrets: ['registry'],
      nats: { url: 'tls://proofmill-nats:4222', replicas: 3, secret: 'passwords', caSecret: 'nats-certificate' },
      store: { volume: { claim: 'labels', path: '/labels' } },
      engine: { image: 'registry.example/vllm:1', startSeconds: 600, gpuResource: 'amd.com/gpu' },
      driver: { pod: { priorityClass: 'steady' } },
      worker: { resources: { limits: { cpu: '1', memory: '2Gi' } }, pod: { nodeSelector: { pool: 'gpu' } } },
      collector: { pod: { labels: { team: 'rewards' }, tolerations: [{ key: 'dedicated', operator: 'Exists' }] } },
      pods: { authorities: { configMap: 'company-ca', key: 'bundle.pem' }, labels: { 'cost-center': '17' } },
      simulator: { resources: { limits: { cpu: '500m', memory: '512Mi' } } },
      fetcher: { resources: { requests: { cpu: '500m', memory: '2Gi' } } },
    });
    const { engine } = parse(data['cluster.yaml']);
    expect(engine.resources.limits, 'a limit that is null is none').toEqual({ memory: '64Gi' });
    for (const [kind, name] of [
      ['Deployment', 'operator'],
      ['StatefulSet', 'nats-cluster'],
    ] as const) {
      const { metadata } = only(manifests, kind, `proofmill-${name}`).spec.template;
      expect(metadata.labels['cost-center']).toBe('17');
      expect(metadata.annotations['sidecar.istio.io/inject']).toBe('false');
    }
    const nats = only(manifests, 'StatefulSet', 'proofmill-nats-cluster').spec;
    expect(nats.volumeClaimTemplates[0].spec).toMatchObject({
      storageClassName: 'fast',
      resources: { requests: { storage: '50Gi' } },
    });
    expect(only(manifests, 'ConfigMap', 'proofmill-nats').data['nats.conf']).toContain('max_file_store: 40Gi');
    expect(only(manifests, 'PodDisruptionBudget', 'proofmill-operator').spec.maxUnavailable).toBe('50%');
    expect(only(manifests, 'PodMonitor', 'proofmill-nats').metadata.labels).toMatchObject({ release: 'prometheus' });
    expect(manifests.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  test('an external server: no NATS is created, the ports of all its servers are allowed, and the users are those of its Secret', async () => {
    const manifests = await template('--values', fileOf('external-nats'));
    expect(manifests.filter(({ kind }) => kind === 'StatefulSet' || kind === 'Secret')).toEqual([]);
    const { data } = only(manifests, 'ConfigMap', 'proofmill-cluster');
    expect(kubernetesSettingsSchema.parse(parse(data['cluster.yaml'])).nats).toEqual({
      url: 'tls://nats-0.messaging:4223,tls://nats-1.messaging:4224,nats://nats-2.messaging',
      replicas: 3,
      secret: 'proofmill-users',
      userPrefix: 'b-',
      caSecret: 'nats-authority',
    });
    const [rule] = only(manifests, 'NetworkPolicy', 'proofmill-to-nats').spec.egress;
    // One of the three servers has no port of its own in the URL, and so the usual one.
    expect(rule).toEqual({ ports: [4223, 4224, 4222].map((port) => ({ port, protocol: 'TCP' })) });
    for (const role of ['driver', 'collector']) {
      const account = only(manifests, 'ServiceAccount', `proofmill-${role}`).metadata;
      expect(account).toHaveProperty(['annotations', 'eks.amazonaws.com/role-arn']);
    }
  });

  test('a loop may create jobs and trainers and change nothing else, and is there only where it is wanted', async () => {
    expect((await template()).filter(({ metadata }) => metadata.name === 'proofmill-loop')).toEqual([]);
    const manifests = await template('--values', fileOf('everything'));
    only(manifests, 'ServiceAccount', 'proofmill-loop');
    const rights = only(manifests, 'Role', 'proofmill-loop').rules.map(
      ({ resources, verbs }: { resources: string[]; verbs: string[] }) => `${resources}: ${verbs.join(', ')}`,
    );
    expect(rights).toEqual([
      'scoringjobs: get, list, watch, create, update',
      'jobs: get, list, watch, create, delete',
      'pods: get, list, watch',
      'pods/log: get',
      'events: list',
    ]);
    const { matchExpressions } = only(manifests, 'NetworkPolicy', 'proofmill-to-nats').spec.podSelector;
    expect(JSON.stringify(matchExpressions)).not.toContain('loop');
  });

  test('only the nodes of engines that have several reach each other', async () => {
    const { spec } = only(await template(), 'NetworkPolicy', 'proofmill-between-nodes');
    const nodes = {
      matchLabels: { 'app.kubernetes.io/name': 'proofmill', 'app.kubernetes.io/component': 'worker' },
      matchExpressions: [{ key: 'proofmill.dev/group', operator: 'Exists' }],
    };
    expect(spec.podSelector).toEqual(nodes);
    expect([spec.ingress, spec.egress]).toEqual([
      [{ from: [{ podSelector: nodes }] }],
      [{ to: [{ podSelector: nodes }] }],
    ]);
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
      'proofmill-operator',
    ]);
    const withToken = manifests.flatMap(podSpecsOf).filter(({ spec }) => spec.automountServiceAccountToken);
    expect(withToken.map(({ place }) => place)).toEqual(['Deployment proofmill-operator']);
    const rules = manifests.filter(({ kind }) => kind === 'Role').flatMap(({ rules }) => rules);
    expect(JSON.stringify(rules)).not.toMatch(/secrets|\*|escalate|impersonate|pods\/exec|"pods"[^}]*create/);
  });

  test('each watched namespace gets what jobs need there, and the operator no rights beyond them', async () => {
    const manifests = await template('--set', 'operator.watchNamespaces={team-a,team-b}');
    const inTeam = (team: string | undefined) => manifests.filter(({ metadata }) => metadata.namespace === team);
    for (const team of ['team-a', 'team-b']) {
      const own = inTeam(team);
      const { data } = only(own, 'ConfigMap', 'proofmill-cluster');
      const settings = kubernetesSettingsSchema.parse(parse(data['cluster.yaml']));
      expect(settings.nats).toEqual({
        url: 'nats://proofmill-nats.proofmill.svc:4222',
        replicas: 1,
        secret: 'proofmill-nats',
        userPrefix: '',
      });
      only(own, 'ServiceAccount', settings.driver.serviceAccount);
      only(own, 'Role', 'proofmill-driver');
      only(own, 'Role', 'proofmill-operator');
      const [subject] = only(own, 'RoleBinding', 'proofmill-operator').subjects;
      expect(subject).toEqual({ kind: 'ServiceAccount', name: 'proofmill-operator', namespace: 'proofmill' });
      // The passwords are those of the server.
      const passwords = only(inTeam(undefined), 'Secret', 'proofmill-nats').data;
      expect(only(own, 'Secret', 'proofmill-nats').data).toEqual(passwords);
      const [rule] = only(own, 'NetworkPolicy', 'proofmill-to-nats').spec.egress;
      expect(rule.to[0].namespaceSelector.matchLabels).toEqual({ 'kubernetes.io/metadata.name': 'proofmill' });
    }
    const [ingress] = only(manifests, 'NetworkPolicy', 'proofmill-nats').spec.ingress;
    const [from] = ingress.from[0].namespaceSelector.matchExpressions;
    expect(from.values).toEqual(['proofmill', 'team-a', 'team-b']);
    expect(
      inTeam(undefined).filter(({ kind, metadata }) => kind === 'Role' && metadata.name === 'proofmill-operator'),
    ).toEqual([]);
    const ofCluster = manifests.filter(({ kind }) => kind.startsWith('Cluster')).map(({ metadata }) => metadata.name);
    expect(ofCluster, 'those of the definition').toEqual(['proofmill-view', 'proofmill-edit']);
    const [{ env }] = only(manifests, 'Deployment', 'proofmill-operator').spec.template.spec.containers;
    expect(env).toContainEqual({ name: 'PROOFMILL_WATCH_NAMESPACES', value: 'team-a,team-b' });
  });

  test('an operator of every namespace has a ClusterRole, which has the rules of its Role and no Secrets', async () => {
    const [everywhere, own] = [
      await template('--set', 'operator.watchNamespaces={*}'),
      await template('--set', 'operator.watchNamespaces={team}'),
    ];
    expect(only(everywhere, 'ClusterRole', 'proofmill-operator-proofmill').rules).toEqual(
      only(own, 'Role', 'proofmill-operator').rules,
    );
    only(everywhere, 'ClusterRoleBinding', 'proofmill-operator-proofmill');
    expect(JSON.stringify(everywhere.filter(({ kind }) => kind === 'ClusterRole'))).not.toMatch(/secrets|leases|\*/);
  });

  test('two releases in one namespace share no name, where one of them has the definition', async () => {
    const placesOf = (manifests: Manifest[]) => manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    const [one, two] = [
      await template(),
      manifestsOf(await helm('template', 'second', chart, '--namespace', 'proofmill', '--set', 'crds.enabled=false')),
    ];
    expect(placesOf(one).filter((place) => placesOf(two).includes(place))).toEqual([]);
    const [{ env }] = only(two, 'Deployment', 'second-proofmill-operator').spec.template.spec.containers;
    const lease = env.find(({ name }: { name: string }) => name === 'PROOFMILL_LEASE').value;
    only(two, 'Lease', lease);
    expect(only(two, 'Role', 'second-proofmill-operator-lease').rules[0].resourceNames).toEqual([lease]);
  });

  test.each([
    [['--set', 'operater.replicas=2'], /additional properties 'operater' not allowed/],
    [['--set', 'nats.image.version=2'], /additional properties 'version' not allowed/],
    [['--set', 'image.pullPolicy=Sometimes'], /must be one of 'Always', 'IfNotPresent', 'Never'/],
    [['--set', 'worker.pod.securityContext.runAsUser=0'], /additional properties 'securityContext' not allowed/],
    [['--set', 'pods.labels.app\\.kubernetes\\.io/name=mine'], /app\.kubernetes\.io\/name/],
    [['--set', 'driver.pod.affinity.nodeAffinity.required=1'], /additional properties 'required' not allowed/],
    [['--set', 'operator.watchNamespaces={Team}'], /'Team' does not match pattern/],
    [['--set', 'operator.watchNamespaces={*,team}'], /has "\*", which is every namespace, and others/],
    [['--set', 'nats.storage=lots'], /'lots' does not match pattern/],
    [['--set', 'nats.storage=11Gi'], /nats\.storage is 11Gi, and nats\.volume\.size only 10Gi.*Make the volume/],
    [['--set', 'nats.storage=1Ti', '--set', 'nats.volume.size=900Gi'], /nats\.storage is 1Ti, and .* only 900Gi/],
    [['--set', 'worker.resources.limits.memory=12Qx'], /worker\.resources\.limits\.memory|'12Qx' does not match/],
    [
      ['--set', 'driver.resources.requests.memory=3Gi'],
      /driver\.resources\.requests\.memory is 3Gi, .*Raise the limit/,
    ],
    [['--set', 'nats.resources.requests.cpu=3'], /nats\.resources\.requests\.cpu is 3, which is more than .* \(2\)/],
    [['--set', 'nats.url=nats://me:secret@host'], /does not match pattern/],
    [['--set', 'nats.enabled=false'], /nats\.enabled is false, so nats\.url must name a server of yours/],
    [['--set', 'nats.url=nats://host:4222'], /Set nats\.enabled to false, or leave nats\.url out/],
    [['--set', 'nats.replicas=2'], /nats\.replicas is 2, .* Set 1, 3 or 5\./],
    [['--set', 'nats.userPrefix=b-'], /are for a server of your own/],
    [['--set', 'nats.existingCredentials=creds'], /are for a server of your own/],
    [['--set', 'store.existingSecret=a', '--set', 'store.serviceAccountAnnotations.b=c'], /Give one\./],
    [['--set', 'store.existingSecret=a', '--set', 'store.podIdentity=true'], /Give one\./],
    [['--set', 'loops.enabled=true'], /Set operator\.enabled to true and store\.volume\.claim/],
  ])('%j is refused with a sentence', async (args, sentence) => {
    expect(await complaint(template(...args))).toMatch(sentence);
  });
});

const fileOf = (name: string): string => valuesFiles.find((file) => caseOf(file) === name) ?? `no values file ${name}`;
