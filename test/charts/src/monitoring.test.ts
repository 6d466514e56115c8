/** What the chart makes for Prometheus and Grafana. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubernetesLabels, statusPort } from '@proofmill/contract';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { caseOf, chart, type Manifest, noHelm, only, template, valuesFiles } from './render.ts';

const everything = valuesFiles.find((file) => caseOf(file) === 'everything') ?? '';
const read = (path: string): string => readFileSync(join(chart, 'files', path), 'utf8');
const ofKind = (manifests: readonly Manifest[], kind: string): readonly string[] =>
  manifests.filter((manifest) => manifest.kind === kind).map(({ metadata }) => metadata.name);

describe.skipIf(noHelm)(`monitoring${noHelm}`, () => {
  test('by default nothing is made that needs a definition of others, and no port is open', async () => {
    const manifests = await template();
    expect(manifests.filter(({ apiVersion }) => apiVersion.startsWith('monitoring.'))).toEqual([]);
    expect(ofKind(manifests, 'NetworkPolicy')).not.toContain('proofmill-scrape');
    expect(ofKind(manifests, 'ConfigMap').filter((name) => name.includes('dashboard'))).toEqual([]);
  });

  test('each PodMonitor selects pods that exist by a port that they have, and names job, stage and role of a target', async () => {
    const manifests = await template('--values', everything);
    expect(ofKind(manifests, 'PodMonitor')).toEqual(['proofmill-operator', 'proofmill-jobs', 'proofmill-nats']);
    const operator = only(manifests, 'Deployment', 'proofmill-operator').spec.template;
    const monitor = only(manifests, 'PodMonitor', 'proofmill-operator').spec;
    expect(operator.metadata.labels).toMatchObject(monitor.selector.matchLabels);
    expect(operator.spec.containers[0].ports).toEqual([{ name: 'status', containerPort: statusPort }]);
    expect(operator.spec.containers[0].args).toEqual([
      ...['operator', '--status-port', String(statusPort), '--status-host', 'all'],
    ]);
    expect(operator.spec.containers[0]).toMatchObject({
      readinessProbe: { httpGet: { path: '/readyz', port: 'status' } },
      livenessProbe: { httpGet: { path: '/livez', port: 'status' } },
    });
    const jobs = only(manifests, 'PodMonitor', 'proofmill-jobs').spec;
    expect(jobs.selector).toEqual({
      matchLabels: { [kubernetesLabels.name]: 'proofmill' },
      matchExpressions: [
        { key: kubernetesLabels.component, operator: 'In', values: ['driver', 'worker', 'collector'] },
      ],
    });
    const meta = (label: string): string => `__meta_kubernetes_pod_label_${label.replace(/[^a-z]/g, '_')}`;
    expect(jobs.podMetricsEndpoints).toEqual([
      {
        ...{ port: 'status', interval: '15s' },
        relabelings: [
          { sourceLabels: [meta(kubernetesLabels.component)], targetLabel: 'role' },
          { sourceLabels: [meta(kubernetesLabels.job)], targetLabel: 'scoring_job' },
          { sourceLabels: [meta(kubernetesLabels.stage)], targetLabel: 'stage' },
        ],
      },
    ]);
  });

  test('where NATS is a server of your own, operator and jobs are scraped all the same', async () => {
    const external = ['--set', 'nats.enabled=false', '--set', 'nats.url=nats://host:4222'];
    const manifests = await template('--set', 'podMonitor.enabled=true', ...external);
    expect(ofKind(manifests, 'PodMonitor')).toEqual(['proofmill-operator', 'proofmill-jobs']);
  });

  test('whoever may scrape reaches the port of the status, and nothing else', async () => {
    const from = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }];
    const manifests = await template('--values', everything);
    const scrape = only(manifests, 'NetworkPolicy', 'proofmill-scrape').spec;
    expect(scrape.policyTypes).toEqual(['Ingress']);
    expect(scrape.ingress).toEqual([{ ports: [{ port: statusPort, protocol: 'TCP' }], from }]);
    const [, exporter] = only(manifests, 'NetworkPolicy', 'proofmill-nats').spec.ingress;
    expect(exporter).toEqual({ ports: [{ port: 7777, protocol: 'TCP' }], from });
    const open = await template('--set', 'podMonitor.enabled=true');
    expect(only(open, 'NetworkPolicy', 'proofmill-scrape').spec.ingress).toEqual([
      { ports: [{ port: statusPort, protocol: 'TCP' }] },
    ]);
  });

  test('the alerts are those of the files, about the namespace of the release; without an operator, none about it', async () => {
    const groupsOf = (file: string) =>
      parse(read(`alerts/${file}.yaml`).replaceAll('RELEASE_NAMESPACE', 'proofmill')).groups;
    const rules = only(await template('--values', everything), 'PrometheusRule', 'proofmill');
    expect(rules.metadata.labels).toMatchObject({ release: 'prometheus' });
    expect(rules.spec.groups).toEqual([...groupsOf('operator'), ...groupsOf('jobs')]);
    const without = await template('--set', 'alerts.enabled=true', '--set', 'operator.enabled=false');
    expect(only(without, 'PrometheusRule', 'proofmill').spec.groups).toEqual(groupsOf('jobs'));
  });

  test('jobs of other namespaces that the operator watches are scraped, let in and watched by alerts', async () => {
    const all = ['podMonitor.enabled', 'alerts.enabled'].flatMap((name) => ['--set', `${name}=true`]);
    const alertsOf = (manifests: readonly Manifest[]): string =>
      JSON.stringify(only(manifests, 'PrometheusRule', 'proofmill').spec.groups);
    const several = await template(...all, '--set', 'operator.watchNamespaces={team-a,team-b}');
    const { namespaceSelector } = only(several, 'PodMonitor', 'proofmill-jobs').spec;
    expect(namespaceSelector).toEqual({ matchNames: ['proofmill', 'team-a', 'team-b'] });
    expect(only(several, 'PodMonitor', 'proofmill-operator').spec).not.toHaveProperty('namespaceSelector');
    const policies = several.filter(({ metadata }) => metadata.name === 'proofmill-scrape');
    expect(policies.map(({ metadata }) => metadata.namespace ?? 'proofmill')).toEqual([
      'proofmill',
      'team-a',
      'team-b',
    ]);
    expect(alertsOf(several)).toContain(String.raw`proofmill_engine_up{namespace=~\"proofmill|team-a|team-b\"}`);
    expect(alertsOf(several)).toContain(String.raw`proofmill_operator_leading{namespace=\"proofmill\"}`);
    const every = await template(...all, '--set', 'operator.watchNamespaces={*}');
    expect(only(every, 'PodMonitor', 'proofmill-jobs').spec.namespaceSelector).toEqual({ any: true });
    expect(alertsOf(every)).toContain(String.raw`proofmill_engine_up{namespace!=\"\"}`);
  });

  test.each(['run', 'fleet'])('the board %s is the file, under the label that the sidecar looks for', async (name) => {
    const { data, metadata } = only(await template('--values', everything), 'ConfigMap', `proofmill-dashboard-${name}`);
    expect(metadata.labels).toMatchObject({ grafana_dashboard: 'true' });
    expect(JSON.parse(data[`proofmill-${name}.json`])).toEqual(JSON.parse(read(`dashboards/${name}.json`)));
  });
});
