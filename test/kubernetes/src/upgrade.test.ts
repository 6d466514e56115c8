/**
 * The definition of ScoringJobs as a part of the chart: upgraded under a running job, kept or removed with its release, one for several
 * releases, and taken over from an installation by an earlier chart, which had it where Helm never upgrades it.
 */
import { cp, mkdir, mkdtempDisposable, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import {
  applyDefinition,
  type Cluster,
  clusterJob,
  complete,
  definitionObjects,
  definitionWith,
  established,
  install,
  type JobObject,
  type Namespace,
  noCluster,
  removeDefinition,
  type SchemaChange,
  smallJob,
  startWitness,
  submit,
  temporaryNamespace,
  theCluster,
} from './kit/index.ts';

const slow = { timeout: 400_000 };
const records = 320;
const chart = join(import.meta.dirname, '../../../charts/proofmill');

/** As it was before this field. */
const earlier: SchemaChange = ({ spec }) => {
  delete spec.properties.ttlSecondsAfterFinished;
};

/** The chart with the definition of an earlier version. */
async function olderChart(): Promise<{ readonly path: string } & AsyncDisposable> {
  const folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-older-chart-'));
  await cp(chart, folder.path, { recursive: true });
  const { spec } = await definitionWith(earlier);
  await writeFile(join(folder.path, 'files/scoringjobs-spec.yaml'), stringify({ spec }));
  return folder;
}

/** An earlier chart: the definition was in `crds/`, and there were no roles for it. */
async function chartWithoutDefinition(): Promise<{ readonly path: string } & AsyncDisposable> {
  const folder = await olderChart();
  await rm(join(folder.path, 'templates/crds.yaml'));
  await mkdir(join(folder.path, 'crds'));
  await writeFile(join(folder.path, 'crds/scoringjobs.yaml'), JSON.stringify(await definitionWith(earlier)));
  return folder;
}

describe.skipIf(noCluster !== '')(`the definition in the chart${noCluster && `: ${noCluster}`}`, () => {
  let cluster: Cluster;
  /** Which of the definition and its roles exist. */
  const existing = async (): Promise<string[]> => {
    const names = await cluster.kubectl(['get', ...definitionObjects, '--ignore-not-found', '-o', 'name']);
    return names.trim().split('\n').filter(Boolean);
  };
  const all = [
    'customresourcedefinition.apiextensions.k8s.io/scoringjobs.proofmill.dev',
    'clusterrole.rbac.authorization.k8s.io/proofmill-view',
    'clusterrole.rbac.authorization.k8s.io/proofmill-edit',
  ];
  const definition = async (): Promise<JobObject> =>
    JSON.parse(await cluster.kubectl(['get', 'crd', 'scoringjobs.proofmill.dev', '-o', 'json']));
  /** Whether the API server knows the field that the earlier definition lacks. */
  const isUpToDate = async (): Promise<boolean> =>
    'ttlSecondsAfterFinished' in
    (await definition()).spec.versions[0].schema.openAPIV3Schema.properties.spec.properties;
  const ownerOf = async (): Promise<string> => (await definition()).metadata.annotations['meta.helm.sh/release-name'];

  /** A namespace with releases that have no pods: neither operator nor NATS. */
  const place = async (): Promise<{ namespace: Namespace; helm: (...words: string[]) => Promise<string> }> => {
    const namespace = await temporaryNamespace(cluster, 'upgrade');
    onTestFinished(() => namespace[Symbol.asyncDispose]());
    const helm = (...words: string[]) => cluster.helm([...words, '--namespace', namespace.name]);
    return { namespace, helm };
  };
  const noPods = ['--set', 'operator.enabled=false,nats.enabled=false,nats.url=nats://nats:4222'];

  beforeAll(async () => {
    cluster = await theCluster();
  });
  beforeEach(() => removeDefinition(cluster).then(() => undefined), 240_000);
  afterAll(async () => {
    if (cluster) await removeDefinition(cluster).then(() => applyDefinition(cluster));
  }, 240_000);

  test(
    'helm upgrade brings the new definition, and a job that runs ends as without it',
    slow,
    async ({ onTestFailed }) => {
      await using older = await olderChart();
      await using installation = await install(cluster, 'upgrade', { definition: 'release', chart: older.path });
      onTestFailed(() => installation.report());
      expect(await existing()).toEqual(all);
      expect(await isUpToDate()).toBe(false);
      await using witness = await startWitness(cluster, 0.02);
      const job = await clusterJob(installation, { name: 'upgraded', records, engine: witness.url });
      await submit(installation, job);
      await witness.reached(0.3, records);
      const driver = ['get', 'job', 'upgraded-driver', '-o', 'jsonpath={.metadata.uid}'];
      const uid = await installation.namespace.kubectl(driver);

      await installation.upgrade();
      expect(await isUpToDate()).toBe(true);
      await complete(installation, job);
      await job.expectRows();
      expect(witness.itemsTwice()).toBe(0);
      expect(await installation.namespace.kubectl(driver)).toBe(uid);
      const change = [
        'patch',
        'scoringjob',
        job.name,
        '--type=merge',
        '-p',
        '{"spec":{"ttlSecondsAfterFinished":3600}}',
      ];
      await installation.namespace.kubectl(change);
      const stored = ['get', 'scoringjob', job.name, '-o', 'jsonpath={.spec.ttlSecondsAfterFinished}'];
      expect(await installation.namespace.kubectl(stored)).toBe('3600');
    },
  );

  test('helm uninstall leaves it, its roles and all jobs, and the same release has them again', slow, async () => {
    const { namespace, helm } = await place();
    await helm('install', 'proofmill', chart, ...noPods, '--wait');
    await namespace.kubectl(['apply', '-f', '-'], smallJob('stays', { suspend: true }));
    await helm('uninstall', 'proofmill', '--wait');
    expect(await existing()).toEqual(all);
    expect(await namespace.kubectl(['get', 'scoringjobs', '-o', 'name'])).toContain('/stays');
    await helm('install', 'proofmill', chart, ...noPods, '--wait');
    expect(await existing()).toEqual(all);
  });

  test('with crds.keep=false they go with the release, and all jobs with them', slow, async () => {
    const { namespace, helm } = await place();
    await helm('install', 'proofmill', chart, ...noPods, '--wait');
    await namespace.kubectl(['apply', '-f', '-'], smallJob('goes', { suspend: true }));
    await helm('upgrade', 'proofmill', chart, ...noPods, '--set', 'crds.keep=false', '--wait');
    await helm('uninstall', 'proofmill', '--wait');
    expect(await existing()).toEqual([]);
  });

  test(
    'a second release is told whose they are, works without them, and has them once they are handed over',
    slow,
    async () => {
      const [first, second] = [await place(), await place()];
      await first.helm('install', 'one', chart, ...noPods);
      await established(cluster, 'scoringjobs.proofmill.dev');
      await second.namespace.kubectl(['apply', '-f', '-'], smallJob('of-second', { suspend: true }));
      const refusal = await second.helm('install', 'two', chart, ...noPods).catch((error: Error) => error.message);
      expect(refusal).toContain(
        `belongs to the release one in the namespace ${first.namespace.name}, and a cluster has one`,
      );
      await second.helm('install', 'two', chart, ...noPods, '--set', 'crds.enabled=false');

      const command = /first: kubectl (annotate [^\n]*)/.exec(refusal)?.[1] ?? 'no command';
      await cluster.kubectl(command.trim().split(' '));
      await expect(first.helm('upgrade', 'one', chart, ...noPods)).rejects.toThrow('belongs to the release two');
      await first.helm('upgrade', 'one', chart, ...noPods, '--set', 'crds.enabled=false');
      await second.helm('upgrade', 'two', chart, ...noPods);
      await first.helm('uninstall', 'one', '--wait');
      expect(await existing()).toEqual(all);
      expect(await ownerOf()).toBe('two');
      expect(await second.namespace.kubectl(['get', 'scoringjobs', '-o', 'name'])).toContain('/of-second');
    },
  );

  describe('where an earlier chart was installed', () => {
    /** The commands of docs/kubernetes.md by which the definition becomes that of the release. */
    const handOver = async (namespace: string): Promise<void> => {
      const crd = 'crd/scoringjobs.proofmill.dev';
      await cluster.kubectl(['label', crd, 'app.kubernetes.io/managed-by=Helm']);
      const owner = ['meta.helm.sh/release-name=proofmill', `meta.helm.sh/release-namespace=${namespace}`];
      await cluster.kubectl(['annotate', crd, ...owner]);
    };

    test.each([
      ['a flag of helm', ['--take-ownership'], async () => undefined],
      ['kubectl', [], handOver],
    ] as const)(
      'helm upgrade is refused and changes nothing; the definition is handed over by %s',
      slow,
      async (_by, flags, prepare) => {
        await using earlierChart = await chartWithoutDefinition();
        const { namespace, helm } = await place();
        await helm('install', 'proofmill', earlierChart.path, ...noPods, '--wait');
        await namespace.kubectl(['apply', '-f', '-'], smallJob('stays', { suspend: true }));
        const { uid } = JSON.parse(await namespace.kubectl(['get', 'scoringjob', 'stays', '-o', 'json'])).metadata;
        const upgrade = (...further: string[]) => helm('upgrade', 'proofmill', chart, ...noPods, '--wait', ...further);
        await expect(upgrade()).rejects.toThrow(/invalid ownership metadata/);
        expect(await isUpToDate()).toBe(false);

        await prepare(namespace.name);
        await upgrade(...flags);
        expect(await isUpToDate()).toBe(true);
        expect(await existing()).toEqual(all);
        expect(await ownerOf()).toBe('proofmill');
        const stored = JSON.parse(await namespace.kubectl(['get', 'scoringjob', 'stays', '-o', 'json']));
        expect(stored.metadata.uid).toBe(uid);
        await upgrade();
      },
    );

    /** The definition, upgraded with kubectl to a version in between. */
    const inBetween: SchemaChange = (properties) => {
      earlier(properties);
      properties.spec.properties.workers.description = 'Of a version in between.';
    };

    test('and upgraded with kubectl since, Helm 4 also has to be told to overrule kubectl', slow, async () => {
      await using earlierChart = await chartWithoutDefinition();
      const { helm } = await place();
      await helm('install', 'proofmill', earlierChart.path, ...noPods, '--wait');
      await applyDefinition(cluster, inBetween);
      const upgrade = (...further: string[]) => helm('upgrade', 'proofmill', chart, ...noPods, '--wait', ...further);
      await expect(upgrade('--take-ownership')).rejects.toThrow(/conflict/);
      await upgrade('--take-ownership', '--force-conflicts');
      expect(await isUpToDate()).toBe(true);
      await upgrade();
    });

    test(
      'by Helm 3, whose releases are applied by the client, it needs no more than --take-ownership',
      slow,
      async () => {
        await using earlierChart = await chartWithoutDefinition();
        const { helm } = await place();
        await helm('install', 'proofmill', earlierChart.path, ...noPods, '--wait', '--server-side=false');
        await applyDefinition(cluster, inBetween);
        await helm('upgrade', 'proofmill', chart, ...noPods, '--wait', '--take-ownership');
        expect(await isUpToDate()).toBe(true);
        expect(JSON.stringify((await definition()).spec)).not.toContain('Of a version in between.');
        expect(await ownerOf()).toBe('proofmill');
      },
    );
  });
});
