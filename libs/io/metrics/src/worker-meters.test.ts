import {
  ConfigurationError,
  type Engine,
  type EngineAnswer,
  type EngineRequest,
  type ItemReport,
  type OutcomeSink,
  RetryableError,
  type TaskDelivery,
  type TaskSource,
  TerminalError,
  UnavailableError,
} from '@proofmill/contract';
import { expect, test } from 'vitest';
import { seriesOf, statusOf } from './exposition.fixture.ts';
import { workerMeters } from './worker-meters.ts';

const never = new AbortController().signal;

const chat = (n: number): EngineRequest => ({
  ...{ kind: 'chat', model: 'm', messages: [], n, seed: 0, temperature: 1, topP: 1, maxTokens: 1 },
  chatTemplateKwargs: {},
});

const answerTo = (tokens: number | null): EngineAnswer => ({
  ...{ kind: 'chat', choices: [], promptTokens: tokens, completionTokens: tokens, model: 'm' },
});

const engineOf = (answer: (request: EngineRequest) => Promise<EngineAnswer>): Engine => ({
  chargesForRequests: false,
  models: async () => null,
  version: async () => null,
  healthy: async () => true,
  holdsBack: () => true,
  answer: answer as Engine['answer'],
});

function setUp() {
  const status = statusOf('worker');
  const meters = workerMeters(status, 8);
  meters.onEngineTrouble(null);
  return { status, meters };
}

const votes = (invalid: number) => [
  {
    ...{ order: [0, 1], seed: 0, first: 1, second: 0, tie: 0, invalid },
    ...{ probabilities: null, picks: null, ratings: null },
  },
];

test('answers, their tokens and what is in flight are counted by judge', async () => {
  const { status, meters } = setUp();
  const waiting = Promise.withResolvers<EngineAnswer>();
  const engine = meters.decorate(
    'engine',
    engineOf((request) => (request.judge === 'first' ? waiting.promise : Promise.resolve(answerTo(5)))),
  );
  await engine.answer(chat(2), never);
  const first = engine.answer({ ...chat(3), judge: 'first' }, never);
  expect(await seriesOf(status)).toMatchObject({
    'proofmill_engine_answers_total{judge="own"}': 2,
    'proofmill_engine_prompt_tokens_total{judge="own"}': 5,
    'proofmill_engine_completion_tokens_total{judge="own"}': 5,
    proofmill_worker_answers_in_flight: 3,
    proofmill_worker_requests_held_back: 1,
    proofmill_engine_up: 1,
    proofmill_worker_slots: 8,
  });
  waiting.resolve(answerTo(null));
  await first;
  const after = await seriesOf(status);
  expect(after).toMatchObject({
    'proofmill_engine_answers_total{judge="first"}': 3,
    'proofmill_engine_requests_total{request="chat",result="answered"}': 2,
    'proofmill_engine_request_duration_seconds_count{request="chat"}': 2,
  });
  expect(after).not.toHaveProperty('proofmill_worker_answers_in_flight');
  expect(after).not.toHaveProperty(['proofmill_engine_prompt_tokens_total{judge="first"}']);
});

test('requests that fail are counted by what happens next, and fail as they did', async () => {
  const { status, meters } = setUp();
  const errors = [
    new TerminalError('prompt-too-long', 'no'),
    new RetryableError('busy', 'later'),
    new UnavailableError('engine-gone', 'gone'),
    new ConfigurationError('wrong'),
  ];
  for (const error of errors) {
    const engine = meters.decorate(
      'engine',
      engineOf(() => Promise.reject(error)),
    );
    await expect(engine.answer(chat(1), never)).rejects.toBe(error);
  }
  const gone = meters.decorate(
    'engine',
    engineOf(() => Promise.reject(errors[2])),
  );
  await expect(gone.answer(chat(1), AbortSignal.abort())).rejects.toBe(errors[2]);
  const counted = await seriesOf(status);
  for (const result of ['refused', 'busy', 'away', 'error', 'aborted']) {
    expect(counted).toHaveProperty([`proofmill_engine_requests_total{request="chat",result="${result}"}`], 1);
  }
});

test('an engine is down until it is found and while it is in trouble; the worker is not ready meanwhile', async () => {
  const status = statusOf('worker');
  const meters = workerMeters(status, 8);
  expect(status.checks.unready()).toEqual(['the engine does not answer']);
  await new Promise((resolve) => setImmediate(resolve));
  const { proofmill_engine_unavailable_seconds_total: before = 0, ...down } = await seriesOf(status);
  expect(before).toBeGreaterThan(0);
  expect(down).not.toHaveProperty('proofmill_engine_up');
  meters.onEngineTrouble(null);
  const found = await seriesOf(status);
  expect(found).toHaveProperty('proofmill_engine_up', 1);
  expect(status.checks.unready()).toEqual([]);
  expect(await seriesOf(status)).toEqual(found);
  meters.onEngineTrouble('it hangs');
  expect(status.checks.unready()).toEqual(['the engine does not answer']);
});

test('a lost connection to NATS is counted once, and the worker is not ready until it is back', async () => {
  const { status, meters } = setUp();
  expect(await seriesOf(status)).toHaveProperty('proofmill_nats_connected', 1);
  meters.onNats(false);
  meters.onNats(false);
  expect(status.checks.unready()).toEqual(['there is no connection to NATS']);
  expect(await seriesOf(status)).toHaveProperty('proofmill_nats_connection_losses_total', 1);
  meters.onNats(true);
  expect(status.checks.unready()).toEqual([]);
});

test('tasks are counted from when they are taken until they are acknowledged or released', async () => {
  const { status, meters } = setUp();
  const replies: string[] = [];
  const delivery = (name: string): TaskDelivery => ({
    header: {} as TaskDelivery['header'],
    frame: new Uint8Array(),
    acknowledge: async () => void replies.push(`${name} acknowledged`),
    release: async () => void replies.push(`${name} released`),
    extend: async () => void replies.push(`${name} extended`),
  });
  let pulls = 0;
  const source: TaskSource = {
    pull: async () => {
      pulls += 1;
      return pulls === 1 ? [delivery('a'), delivery('b'), delivery('c')] : 'done';
    },
  };
  const tasks = meters.decorate('tasks', source);
  const pulled = await tasks.pull(3, never);
  if (pulled === 'done') throw new Error('it is not done');
  await pulled[0]?.acknowledge();
  await pulled[1]?.release(0);
  await pulled[1]?.release(0);
  await pulled[2]?.extend();
  expect(await tasks.pull(1, never)).toBe('done');
  expect(replies).toEqual(['a acknowledged', 'b released', 'b released', 'c extended']);
  expect(await seriesOf(status)).toMatchObject({
    'proofmill_worker_tasks_total{event="taken"}': 3,
    'proofmill_worker_tasks_total{event="acknowledged"}': 1,
    'proofmill_worker_tasks_total{event="released"}': 1,
    proofmill_worker_tasks_held: 1,
  });
});

test('items are counted by result and class, with the answers that nobody could read', async () => {
  const { status, meters } = setUp();
  const tokens = { prompt: 0, completion: 0 };
  const failed: ItemReport = {
    ...{ type: 'failed', class: 'no-valid-judgment', message: '', answers: [], finishReasons: [] },
    ...{ votes: votes(2), tokens },
  };
  meters.onOutcome(failed, { takenOver: true });
  const label = { votes: votes(1) } as unknown as Extract<ItemReport, { type: 'done' }>['label'];
  meters.onOutcome({ type: 'done', label, tokens }, { takenOver: false });
  meters.onOutcome({ type: 'suspect', drive: 1 }, { takenOver: true });
  expect(await seriesOf(status)).toMatchObject({
    'proofmill_worker_items_total{result="failed"}': 1,
    'proofmill_worker_items_total{result="done"}': 1,
    'proofmill_worker_items_total{result="suspect"}': 1,
    'proofmill_worker_failed_items_total{class="no-valid-judgment"}': 1,
    proofmill_worker_taken_over_items_total: 1,
    proofmill_worker_unreadable_answers_total: 3,
  });
});

test('outcomes count once NATS has stored them', async () => {
  const { status, meters } = setUp();
  let isStored = false;
  const sink: OutcomeSink = {
    publish: async () => {
      if (!isStored) throw new UnavailableError('nats-unavailable', 'away');
    },
  };
  const outcomes = meters.decorate('outcomes', sink);
  await expect(outcomes.publish(0, new Uint8Array(10))).rejects.toThrow('away');
  isStored = true;
  await outcomes.publish(0, new Uint8Array(10));
  expect(await seriesOf(status)).toHaveProperty('proofmill_worker_outcome_bytes_total', 10);
});

test('every call of a port is a sign of life', async () => {
  const { status, meters } = setUp();
  const tasks = meters.decorate<TaskSource>('tasks', { pull: async () => 'done' });
  await tasks.pull(1, never);
  status.clock.ms = 2000;
  expect(status.checks.dead()).toEqual(['the worker has asked nothing for 2 s']);
  await tasks.pull(1, never);
  expect(status.checks.dead()).toEqual([]);
});
