/** What a worker counts: around its ports, and from what it is told. */
import {
  type AnswerTo,
  type Engine,
  type EngineAnswer,
  type EngineRequest,
  type ItemReport,
  type OutcomeSink,
  RefusalError,
  RetryableError,
  type TaskDelivery,
  type TaskSource,
  TerminalError,
  UnavailableError,
} from '@proofmill/contract';
import { natsLink } from './nats-link.ts';
import { type PortMeters, portMeters } from './port-meters.ts';
import type { RoleMetrics } from './role-metrics.ts';
import type { Status } from './status.ts';

export interface WorkerMeters {
  readonly decorate: PortMeters;
  onNats(connected: boolean): void;
  /** `work` takes these as its options of these names. */
  onOutcome(report: ItemReport, how: { readonly takenOver: boolean }): void;
  onEngineTrouble(why: string | null): void;
}

/** `slots`: answers at a time, at most. */
export function workerMeters({ metrics, checks }: Status, slots: number): WorkerMeters {
  metrics.set('proofmill_worker_slots', slots);
  const engine = engineState(metrics);
  const turn = (): void => checks.turn('the worker');
  checks.needs(() => (engine.isUp ? null : 'the engine does not answer'));
  return {
    decorate: portMeters(turn, {
      engine: (port: Engine) => countedEngine(port, metrics),
      tasks: (port: TaskSource) => countedTasks(port, metrics, turn),
      outcomes: (port: OutcomeSink) => countedSink(port, metrics),
    }),
    onNats: natsLink({ metrics, checks }),
    onOutcome: (report, how) => countOutcome(metrics, report, how),
    onEngineTrouble: (why) => engine.set(why === null),
  };
}

/** Whether the engine answers. It does not until it was found. */
function engineState(metrics: RoleMetrics): { readonly isUp: boolean; set(isUp: boolean): void } {
  let isUp = false;
  let countedAtMs = performance.now();
  const count = (): void => {
    const nowMs = performance.now();
    if (!isUp) metrics.add('proofmill_engine_unavailable_seconds_total', {}, (nowMs - countedAtMs) / 1000);
    countedAtMs = nowMs;
  };
  metrics.beforeScrape(() => {
    count();
    metrics.set('proofmill_engine_up', isUp ? 1 : 0);
  });
  return {
    get isUp() {
      return isUp;
    },
    set(up) {
      count();
      isUp = up;
    },
  };
}

function countedEngine(engine: Engine, metrics: RoleMetrics): Engine {
  const inFlight = new Set<EngineRequest>();
  metrics.beforeScrape(() => {
    const requests = [...inFlight];
    metrics.set(
      'proofmill_worker_answers_in_flight',
      requests.reduce((sum, request) => sum + answersOf(request), 0),
    );
    metrics.set('proofmill_worker_requests_held_back', requests.filter((request) => engine.holdsBack(request)).length);
  });
  return {
    chargesForRequests: engine.chargesForRequests,
    models: (signal) => engine.models(signal),
    version: (signal) => engine.version(signal),
    healthy: (signal) => engine.healthy(signal),
    holdsBack: (request) => engine.holdsBack(request),
    async answer<Request extends EngineRequest>(request: Request, signal: AbortSignal): Promise<AnswerTo<Request>> {
      const beganMs = performance.now();
      inFlight.add(request);
      try {
        const answer = await engine.answer(request, signal);
        countAnswer(metrics, request, answer, (performance.now() - beganMs) / 1000);
        return answer;
      } catch (error) {
        const result = signal.aborted ? 'aborted' : endOf(error);
        metrics.add('proofmill_engine_requests_total', { request: request.kind, result });
        throw error;
      } finally {
        inFlight.delete(request);
      }
    },
  };
}

const answersOf = (request: EngineRequest): number => (request.kind === 'chat' ? request.n : 1);

function countAnswer(metrics: RoleMetrics, request: EngineRequest, answer: EngineAnswer, seconds: number): void {
  const { kind, judge = 'own' } = request;
  metrics.add('proofmill_engine_requests_total', { request: kind, result: 'answered' });
  metrics.observe('proofmill_engine_request_duration_seconds', seconds, { request: kind });
  metrics.add('proofmill_engine_answers_total', { judge }, answersOf(request));
  if ('promptTokens' in answer)
    metrics.add('proofmill_engine_prompt_tokens_total', { judge }, answer.promptTokens ?? 0);
  if (answer.kind === 'chat') {
    metrics.add('proofmill_engine_completion_tokens_total', { judge }, answer.completionTokens ?? 0);
  }
}

function endOf(error: unknown): string {
  if (error instanceof TerminalError || error instanceof RefusalError) return 'refused';
  if (error instanceof RetryableError) return 'busy';
  return error instanceof UnavailableError ? 'away' : 'error';
}

function countedTasks(source: TaskSource, metrics: RoleMetrics, turn: () => void): TaskSource {
  const held = new Set<TaskDelivery>();
  metrics.beforeScrape(() => metrics.set('proofmill_worker_tasks_held', held.size));
  const count = (event: string): void => metrics.add('proofmill_worker_tasks_total', { event });
  const counted = (delivery: TaskDelivery): TaskDelivery => {
    held.add(delivery);
    count('taken');
    const ended = (event: string): void => {
      if (held.delete(delivery)) count(event);
    };
    return {
      header: delivery.header,
      frame: delivery.frame,
      async acknowledge() {
        await delivery.acknowledge();
        ended('acknowledged');
      },
      release(delayMs) {
        ended('released');
        return delivery.release(delayMs);
      },
      extend() {
        turn();
        return delivery.extend();
      },
    };
  };
  return {
    async pull(max, signal) {
      const pulled = await source.pull(max, signal);
      return pulled === 'done' ? pulled : pulled.map(counted);
    },
  };
}

const countedSink = (sink: OutcomeSink, metrics: RoleMetrics): OutcomeSink => ({
  async publish(partition, batch) {
    await sink.publish(partition, batch);
    metrics.add('proofmill_worker_outcome_bytes_total', {}, batch.length);
  },
});

function countOutcome(metrics: RoleMetrics, report: ItemReport, { takenOver }: { readonly takenOver: boolean }): void {
  metrics.add('proofmill_worker_items_total', { result: report.type });
  if (report.type === 'failed') metrics.add('proofmill_worker_failed_items_total', { class: report.class });
  if (report.type !== 'suspect' && takenOver) metrics.add('proofmill_worker_taken_over_items_total');
  metrics.add('proofmill_worker_unreadable_answers_total', {}, unreadableIn(report));
}

/** Of both judges, where a cascade asked both. */
function unreadableIn(report: ItemReport): number {
  if (report.type === 'suspect') return 0;
  const votes =
    report.type === 'failed' ? report.votes : [...(report.label?.votes ?? []), ...(report.cascade?.first.votes ?? [])];
  return votes.reduce((sum, { invalid }) => sum + invalid, 0);
}
