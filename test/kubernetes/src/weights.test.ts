/** Weights that a job names by their place on Hugging Face are fetched once into a claim, ahead of its workers and their GPUs. */
import { randomBytes } from 'node:crypto';
import type { HubModel } from '@proofmill/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Cluster,
  type ClusterJob,
  clusterJob,
  complete,
  digestOfModel,
  type Installation,
  install,
  noCluster,
  statusOf,
  submit,
  theCluster,
  until,
  type WeightsPlace,
  weightsPlace,
} from './kit/index.ts';

const minutes = 60_000;
const slow = { timeout: 10 * minutes };
const token = 'hf_tokenOfTheTest';
const large = 'model.safetensors';
const workers = 3;

/** Weights that no other model has. */
const weights = (more: Partial<HubModel> = {}): HubModel => ({
  token,
  files: {
    '.gitattributes': Buffer.from('*.safetensors filter=lfs'),
    'config.json': Buffer.from('{}'),
    'tokenizer.json': randomBytes(5_000),
    [large]: randomBytes(40_000_000),
  },
  ...more,
});

describe.skipIf(noCluster !== '')(`weights in a claim${noCluster && `: skipped. ${noCluster}`}`, () => {
  let cluster: Cluster;
  let there: Installation;
  let place: WeightsPlace;
  beforeAll(async () => {
    cluster = await theCluster();
    there = await install(cluster, 'weights');
    await cluster.advertiseGpus(workers);
    place = await weightsPlace(there, { token, workers });
  }, 10 * minutes);
  afterAll(async () => {
    await there?.[Symbol.asyncDispose]();
    await place?.[Symbol.asyncDispose]();
  }, 5 * minutes);

  const kubectl = (...words: string[]) => there.namespace.kubectl(words);
  const podsOf = async (name: string, component: string, ...more: string[]): Promise<string[]> => {
    const labels = `proofmill.dev/job=${name},app.kubernetes.io/component=${component}`;
    return (await kubectl('get', 'pods', '-l', labels, '-o', 'name', ...more)).split('\n').filter(Boolean);
  };
  const begin = async (name: string, huggingFace: string, secret?: string): Promise<ClusterJob> => {
    const model = { huggingFace, ...(secret === undefined ? {} : { secret }) };
    const job = await clusterJob(there, { name, records: 20, collectors: 1, change: place.change(model) });
    await submit(there, job);
    return job;
  };
  const says = (job: ClusterJob, sentence: RegExp): Promise<string> =>
    until(
      `the status of ${job.name} says ${sentence}`,
      async () => {
        const said = await statusOf(there, job, 'message');
        return sentence.test(said) && said;
      },
      { withinMs: 3 * minutes },
    ).catch(async (error: Error) => {
      await there.report();
      throw new Error(`${error.message}. It says: ${await statusOf(there, job, 'message')}`);
    });
  const stalled = () => until('the hub stalls', async () => place.hub.stalled() > 0, { withinMs: 3 * minutes });
  /** No worker has a pod, so none has a GPU. */
  const noWorker = async (name: string): Promise<void> => {
    expect(await podsOf(name, 'worker')).toEqual([]);
    const jobs = await kubectl('get', 'jobs', '-l', `proofmill.dev/job=${name}`, '-o', 'name');
    expect(jobs).not.toContain('worker');
  };
  /** What the pods that fetch have printed, and everything of the job but its Secret, is without the token. */
  const noToken = async (name: string): Promise<void> => {
    const pods = await podsOf(name, 'fetcher');
    const logs = await Promise.all(pods.map((pod) => kubectl('logs', pod).catch(() => '')));
    expect(logs.join('\n')).not.toBe('');
    const kinds = 'scoringjobs,jobs,pods,configmaps,events';
    expect([...logs, await kubectl('get', kinds, '-o', 'yaml')].join('\n')).not.toContain(token);
  };
  const remove = (name: string) => kubectl('delete', 'scoringjob', name, '--timeout=120s');

  test(
    'are fetched once for all workers, which start when they are whole; the next job fetches nothing',
    slow,
    async () => {
      const { hub } = place;
      const model = weights();
      hub.state.models.set('org/judge', model);
      hub.state.stallsAt = large;
      const job = await begin('once', 'org/judge', 'hub');
      await stalled();
      await says(
        job,
        /^the workers of label start when the weights are in their claim: kubectl logs job\/once-label-weights /,
      );
      await noWorker('once');
      await noToken('once');
      expect(await statusOf(there, job, 'workers')).toBe(`0/${workers}`);
      hub.release();
      await complete(there, job);
      const whole = digestOfModel(model);
      expect(place.found()).toEqual(Array(workers).fill(whole));
      const asked = hub.state.requests.map(({ method, path }) => `${method} ${path}`);
      const contents = asked.filter((one) => one.startsWith('GET /org/judge/resolve/'));
      // The large one is cut off once, by this test.
      expect(contents.filter((one) => !one.endsWith(large))).toHaveLength(Object.keys(model.files).length - 1);
      expect(contents.filter((one) => one.endsWith(large))).toHaveLength(2);
      // Nothing is asked once an engine has started.
      expect(place.askedBefore()).toBe(asked.length);
      expect(Object.values(await place.inClaim())).toEqual([whole]);
      await remove('once');

      hub.state.requests.length = 0;
      const next = await begin('next', 'org/judge', 'hub');
      await complete(there, next);
      expect(place.found()).toEqual(Array(workers).fill(whole));
      expect(hub.state.requests).toEqual([]);
      await remove('next');
    },
  );

  test('are whole after kills in the middle, also where the hub is away when the next pod starts', slow, async () => {
    const { hub } = place;
    const model = weights();
    hub.state.models.set('org/killed', model);
    hub.state.requests.length = 0;
    hub.state.stallsAt = large;
    const job = await begin('killed', 'org/killed', 'hub');
    await stalled();
    const [first = ''] = await podsOf('killed', 'fetcher');
    // kill -9 of all that runs in the container, the shell-less image has Python.
    await kubectl('exec', first, '--', 'python3', '-c', killAll).catch(() => '');
    await until('the killed pod has ended', async () => (await phaseOf(first)) === 'Failed', { withinMs: 2 * minutes });
    await until(
      'another pod is there',
      async () => {
        const pods = await podsOf('killed', 'fetcher', '--field-selector=status.phase=Running');
        return pods.length === 1 && !pods.includes(first) && hub.stalled() > 0;
      },
      { withinMs: 3 * minutes },
    );
    await noWorker('killed');

    hub.state.away = 503;
    const [second = ''] = await podsOf('killed', 'fetcher', '--field-selector=status.phase=Running');
    await kubectl('delete', second, '--grace-period=0', '--force');
    const said = await says(
      job,
      /^the weights are not in their claim yet: .* exit code 75: the hub at \S+ answers 503 for org\/killed at [0-9a-f]{40} \(.*; it is asked again$/,
    );
    process.stdout.write(`${said}\n`);
    expect(
      await kubectl('get', 'scoringjob', 'killed', '-o', 'jsonpath={.status.conditions[?(@.type=="Stalled")].status}'),
    ).toBe('True');
    await noWorker('killed');
    await noToken('killed');

    hub.state.away = 0;
    hub.release();
    await complete(there, job);
    expect(place.found()).toEqual(Array(workers).fill(digestOfModel(model)));
    expect(Object.values(await place.inClaim())).toContain(digestOfModel(model));
    await remove('killed');
  });

  test.each<[string, HubModel | null, string | undefined, RegExp]>([
    [
      'wants-token',
      weights({ files: { [large]: randomBytes(200) } }),
      undefined,
      /answers 401 for org\/wants-token at main \(.*name a Secret with a token/,
    ],
    [
      'other-token',
      weights({ token: 'hf_other' }),
      'hub',
      /answers 401 for org\/other-token at main .*into the Secret of fleet.model.secret/,
    ],
    [
      'gated',
      weights({ gate: 'hf_other' }),
      'hub',
      /answers 403 for model.safetensors of org\/gated \(Access .*a token that may read it/,
    ],
    ['unknown', null, 'hub', /has no org\/unknown at main: correct fleet.model.huggingFace or fleet.model.revision/],
  ])(
    'that the hub does not give end the job with the reason, and no worker ever has a GPU: %s',
    slow,
    async (name, model, secret, sentence) => {
      if (model) place.hub.state.models.set(`org/${name}`, model);
      const job = await begin(name, `org/${name}`, secret);
      const said = await says(job, sentence);
      process.stdout.write(`${said}\n`);
      expect(said).toMatch(/^the weights of label cannot be fetched: /);
      await kubectl('wait', `scoringjob/${name}`, '--for=condition=Failed', '--timeout=120s');
      await noWorker(name);
      await noToken(name);
      await remove(name);
    },
  );

  test('that the claim has no room for are not begun, and the status says how much is missing', slow, async () => {
    const { hub } = place;
    hub.state.models.set('org/huge', weights({ sizes: { [large]: 4e15 } }));
    hub.state.requests.length = 0;
    const job = await begin('huge', 'org/huge', 'hub');
    const said = await says(
      job,
      /the claim weights is too small for org\/huge: 40000\d\d.\d GB are to come, and \d+\.\d GB are free/,
    );
    process.stdout.write(`${said}\n`);
    await noWorker('huge');
    expect(hub.state.requests.filter(({ path }) => path.includes('/resolve/'))).toEqual([]);
    await remove('huge');
  });

  const phaseOf = (pod: string) => kubectl('get', pod, '-o', 'jsonpath={.status.phase}');
});

/** All processes of a pod share their ids; those of other users, such as the pause, are not its own to kill. */
const killAll = `import os, signal
own = [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
for process in own:
    try:
        words = open(f"/proc/{process}/cmdline").read()
        if "python3" in words:
            os.kill(process, signal.SIGKILL)
    except (ProcessLookupError, PermissionError, FileNotFoundError):
        pass
`;
