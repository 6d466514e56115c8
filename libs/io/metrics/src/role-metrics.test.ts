import { expect, test } from 'vitest';
import { seriesOf, statusOf } from './exposition.fixture.ts';
import { type MeteredRole, type MetricMeaning, metrics } from './table.ts';

const roles: MeteredRole[] = ['operator', 'coordinator', 'worker', 'collector'];

test.each(roles)(
  'a scrape of a %s has the metrics of its role, each with its type and its sentence, and no other',
  async (role) => {
    const text = await statusOf(role).metrics.text();
    const own = Object.entries(metrics as Record<string, MetricMeaning>).filter(([, { roles }]) =>
      roles.includes(role),
    );
    for (const [name, { type, help }] of own) {
      expect(text).toContain(`# HELP ${name} ${help}.\n# TYPE ${name} ${type}\n`);
    }
    const named = [...text.matchAll(/^# TYPE (proofmill_\S+)/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual(own.map(([name]) => name).sort());
  },
);

test('a scrape has what Prometheus expects of every process', async () => {
  const text = await statusOf('worker').metrics.text();
  for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total', 'nodejs_eventloop_lag_seconds']) {
    expect(text).toMatch(new RegExp(`^${name} `, 'm'));
  }
});

test('a counter is there before anything happened, so that its first event is an increase', async () => {
  const text = await statusOf('coordinator').metrics.text();
  expect(text).toContain('proofmill_tasks_sent_total{reason="again"} 0\n');
});

test('a metric of another role is a mistake of the program', () => {
  const { metrics: ofWorker } = statusOf('worker');
  expect(() => ofWorker.add('proofmill_tasks_sent_total', { reason: 'first' })).toThrow('another role');
});

test('counters and gauges keep what they are given', async () => {
  const status = statusOf('coordinator');
  status.metrics.add('proofmill_tasks_sent_total', { reason: 'first' }, 3);
  status.metrics.set('proofmill_stage_records', 7, { stage: 'label' });
  expect(await seriesOf(status)).toEqual({
    'proofmill_tasks_sent_total{reason="first"}': 3,
    'proofmill_stage_records{stage="label"}': 7,
  });
});

test('a node that only keeps its pod counts nothing of its own, is ready and alive', async () => {
  const status = statusOf('node');
  expect(await status.metrics.text()).not.toContain('proofmill_');
  status.clock.ms = 3_600_000;
  expect(status.checks.unready()).toEqual([]);
  expect(status.checks.dead()).toEqual([]);
});
