/** Width and limits that change while a job runs: whoever is not concerned is not restarted. */
import { example, undisturbed } from '@proofmill/test-integration';
import { expect, test } from 'vitest';
import {
  type ClusterJob,
  clusterJob,
  complete,
  describeInstalled,
  type Namespace,
  startWitness,
  statusOf,
  submit,
  until,
} from './kit/index.ts';

const slowMs = 600_000;
/** For a machine that does much else. */
const patience = { withinMs: 300_000 };
const records = 320;

interface PodView {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
  readonly status: { readonly phase: string };
}

/** The uids of the pods of a role that are neither ended nor ending, by the names of the pods without their random end. */
async function podsOf(namespace: Namespace, { name }: ClusterJob, role: string): Promise<Record<string, string>> {
  const selector = `proofmill.dev/job=${name},app.kubernetes.io/component=${role}`;
  const { items } = JSON.parse(await namespace.kubectl(['get', 'pods', '-l', selector, '-o', 'json'])) as {
    items: PodView[];
  };
  // A collector whose partition is complete has succeeded, and its pod stays.
  const live = items.filter(
    ({ metadata, status }) => !metadata.deletionTimestamp && ['Running', 'Succeeded'].includes(status.phase),
  );
  return Object.fromEntries(live.map(({ metadata }) => [metadata.name.replace(/-[^-]+$/, ''), metadata.uid]));
}

const workersRun = (namespace: Namespace, job: ClusterJob, width: number): Promise<Record<string, string>> =>
  until(
    `${width} workers of ${job.name} run`,
    async () => {
      const workers = await podsOf(namespace, job, 'worker');
      return Object.keys(workers).length === width && workers;
    },
    patience,
  );

/** Everything but the workers. */
const others = async (namespace: Namespace, job: ClusterJob) => ({
  driver: await podsOf(namespace, job, 'driver'),
  collectors: await podsOf(namespace, job, 'collector'),
});

/** Applies the job with these fields of its spec. */
async function change(namespace: Namespace, { object }: ClusterJob, spec: object): Promise<void> {
  Object.assign(object.spec, spec);
  await namespace.kubectl(['apply', '-f', '-'], object);
}

describeInstalled('a job that changes while it runs', { prefix: 'scaling' }, (there) => {
  test('is scaled from two workers to four, and to one: who stays is not restarted, and who goes releases what it has', {
    timeout: slowMs,
  }, async ({ onTestFailed }) => {
    onTestFailed(() => there.installation.report());
    const { namespace } = there.installation;
    await using witness = await startWitness(there.installation.cluster, 0.05);
    const job = await clusterJob(there.installation, { name: 'scaled', records, engine: witness.url, workers: 2 });
    await submit(there.installation, job);
    await witness.reached(0.1, records, patience);
    const two = await workersRun(namespace, job, 2);
    const before = await others(namespace, job);

    await namespace.kubectl(['scale', 'scoringjob', job.name, '--replicas=4']);
    const four = await workersRun(namespace, job, 4);
    expect(four).toMatchObject(two);
    await until('the status has them', async () => (await statusOf(there.installation, job, 'replicas')) === '4');
    expect(await statusOf(there.installation, job, 'workers')).toMatch(/\/4$/);
    await witness.reached(0.4, records, patience);

    await change(namespace, job, { workers: 1 });
    const one = await workersRun(namespace, job, 1);
    expect(two).toMatchObject(one);
    expect(await others(namespace, job)).toEqual(before);
    await witness.reached(0.5, records, patience);
    await complete(there.installation, job);
    await job.expectRows();
    // Only items that wanted further votes when their worker went are asked about again.
    process.stdout.write(`scaled: ${witness.itemsTwice()} items asked twice\n`);
    expect(witness.itemsTwice()).toBeLessThanOrEqual(3 * example.slots);
    await namespace.kubectl(['delete', 'scoringjob', job.name, '--timeout=60s']);
  });

  test('starts an engine for each worker that is new, and no other', { timeout: slowMs }, async ({ onTestFailed }) => {
    onTestFailed(() => there.installation.report());
    const { namespace } = there.installation;
    // Its engines take their time: it is not to end here.
    const job = await clusterJob(there.installation, { name: 'engines', workers: 2, timeScale: 1 });
    await submit(there.installation, job);
    const two = await workersRun(namespace, job, 2);
    const scale = (width: number) => namespace.kubectl(['scale', 'scoringjob', job.name, `--replicas=${width}`]);
    await scale(4);
    expect(await workersRun(namespace, job, 4)).toMatchObject(two);
    await scale(1);
    expect(two).toMatchObject(await workersRun(namespace, job, 1));
    const events = ['get', 'events', '--field-selector=reason=Started', '-o', 'json'];
    const { items } = JSON.parse(await namespace.kubectl(events)) as {
      items: { involvedObject: { name: string; fieldPath: string } }[];
    };
    const engines = items.flatMap(({ involvedObject: { name, fieldPath } }) =>
      name.startsWith('engines-') && /\{engine\}$/.test(fieldPath) ? [name] : [],
    );
    // A busy machine may restart one in its pod.
    expect(new Set(engines).size).toBe(4);
    await namespace.kubectl(['delete', 'scoringjob', job.name, '--timeout=120s']);
  });

  test('has a limit raised ahead of time, and lowered when it is passed, which ends it until that is undone', {
    timeout: slowMs,
  }, async ({ onTestFailed }) => {
    onTestFailed(() => there.installation.report());
    const { namespace } = there.installation;
    await using witness = await startWitness(there.installation.cluster, 0.05);
    const half = Math.floor((await tokensOf(records)) / 2);
    const job = await clusterJob(there.installation, {
      ...{ name: 'limited', records, engine: witness.url },
      change: ({ spec }) => Object.assign(spec, { limits: { maxTokens: half } }),
    });
    await submit(there.installation, job);
    await witness.reached(0.1, records, patience);
    const before = { workers: await workersRun(namespace, job, 2), ...(await others(namespace, job)) };
    await change(namespace, job, { limits: { maxTokens: 10 * half } });
    await witness.reached(0.65, records, patience);
    expect({ workers: await podsOf(namespace, job, 'worker'), ...(await others(namespace, job)) }).toEqual(before);
    expect(witness.itemsTwice()).toBe(0);

    await change(namespace, job, { limits: { maxTokens: 1 } });
    await namespace.kubectl(['wait', `scoringjob/${job.name}`, '--for=condition=Failed', '--timeout=120s']);
    expect(await statusOf(there.installation, job, 'phase')).toBe('LimitReached');
    expect(await statusOf(there.installation, job, 'message')).toMatch(/tokens are spent, limits.maxTokens is 1$/);
    await change(namespace, job, { limits: { maxTokens: 10 * half } });
    await complete(there.installation, job);
    await job.expectRows();
    await namespace.kubectl(['delete', 'scoringjob', job.name, '--timeout=60s']);
  });
});

interface Row {
  readonly tokens: readonly { readonly prompt: number; readonly completion: number }[];
}

/** Tokens of the whole job, of the rows of an undisturbed run. */
async function tokensOf(count: number): Promise<number> {
  const { rows } = await undisturbed({ records: count });
  const lines = [...rows.data.values()].flatMap((text) => text.trim().split('\n'));
  const tokens = lines.flatMap((line) => (JSON.parse(line) as Row).tokens);
  return tokens.reduce((sum, { prompt, completion }) => sum + prompt + completion, 0);
}
