import type { Dispatch, KubernetesApi, Manifest, PlanEnd, StageFile, Store, Task, Totals } from '@proofmill/contract';
import { expect, test } from 'vitest';
import { coordinatorMeters } from './coordinator-meters.ts';
import { seriesOf, statusOf } from './exposition.fixture.ts';

const stageOf = (name: string) => ({ definition: { name } }) as StageFile;
const totalsOf = (labelled: number, failed: number) =>
  ({ labelled, failed, tokens: { prompt: 10, completion: null } }) as unknown as Totals;

test('tasks are counted by why they were sent, and only if NATS has stored them', async () => {
  const status = statusOf('coordinator');
  let answer: 'stored' | 'present' | 'full' = 'stored';
  const dispatch = coordinatorMeters(status).decorate('dispatch', {
    interruptions: 4,
    publish: async () => answer,
    mend: async () => ['a stream', 'a consumer'],
  } as unknown as Dispatch);
  const send = (header: object) => dispatch.publish({ header } as Task);
  await send({ drive: 1 });
  await send({ drive: 2 });
  await send({ drive: 2, takeOver: true });
  answer = 'present';
  await send({ drive: 1 });
  answer = 'full';
  expect(await send({ drive: 1 })).toBe('full');
  expect(await dispatch.mend()).toEqual(['a stream', 'a consumer']);
  expect(dispatch.interruptions).toBe(4);
  expect(await seriesOf(status)).toEqual({
    'proofmill_tasks_sent_total{reason="first"}': 1,
    'proofmill_tasks_sent_total{reason="again"}': 1,
    'proofmill_tasks_sent_total{reason="take-over"}': 1,
    proofmill_task_queue_full_total: 1,
    proofmill_transport_repairs_total: 2,
  });
});

test('each stage has its records and shards; the time of its progress moves with news alone', async () => {
  const status = statusOf('coordinator');
  let seconds = 100;
  const { events } = coordinatorMeters(status, () => seconds);
  const progressed = async (stage: string) =>
    (await seriesOf(status))[`proofmill_stage_last_progress_timestamp_seconds{stage="${stage}"}`];
  events.onStage(stageOf('label'));
  events.onPlanned(stageOf('label'), { records: 20, shards: 2 } as PlanEnd);
  events.onProgress(stageOf('label'), 5, 1);
  seconds = 200;
  events.onProgress(stageOf('label'), 5, 1);
  expect(await progressed('label')).toBe(100);
  events.onCommit(stageOf('label'), {} as Manifest, totalsOf(9, 1));
  events.onCommit(stageOf('label'), {} as Manifest, totalsOf(17, 3));
  expect(await progressed('label')).toBe(200);
  seconds = 300;
  events.onStage(stageOf('prove'));
  expect(await progressed('prove')).toBe(300);
  const all = Object.entries(await seriesOf(status));
  const rest = Object.fromEntries(all.filter(([name]) => !name.includes('timestamp')));
  expect(rest).toEqual({
    'proofmill_stage_under_way{stage="prove"}': 1,
    'proofmill_stage_records{stage="label"}': 20,
    'proofmill_stage_shards{stage="label"}': 2,
    'proofmill_stage_finished_records{stage="label"}': 5,
    'proofmill_stage_given_records{stage="label"}': 1,
    'proofmill_stage_committed_shards{stage="label"}': 2,
    'proofmill_stage_committed_records{stage="label",fate="labelled"}': 17,
    'proofmill_stage_committed_records{stage="label",fate="failed"}': 3,
    'proofmill_stage_committed_tokens{stage="label",direction="prompt"}': 10,
  });
});

test('a coordinator is ready while it has NATS', () => {
  const status = statusOf('coordinator');
  const { onNats } = coordinatorMeters(status);
  expect(status.checks.unready()).toEqual(['there was no connection to NATS yet']);
  onNats(true);
  expect(status.checks.unready()).toEqual([]);
  onNats(false);
  expect(status.checks.unready()).toEqual(['there is no connection to NATS']);
});

test('a run that hangs is not hidden by its fleet, which asks the API server all the time', async () => {
  const status = statusOf('coordinator');
  const { decorate } = coordinatorMeters(status);
  const store = decorate('store', { read: async () => null } as unknown as Store);
  const api = decorate('kubernetes', { list: async () => [] } as unknown as KubernetesApi);
  await store.read('path');
  status.clock.ms = 2000;
  await api.list({ apiVersion: 'v1', kind: 'Pod' });
  expect(status.checks.dead()).toEqual(['the run has asked nothing for 2 s']);
});
