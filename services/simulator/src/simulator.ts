/** A vLLM stand-in: real answers about pairs, a capacity model, faults on demand, and a log of what was asked. */
import type { JudgeSettings } from './judge/answer.ts';
import { createCapacity } from './capacity/slots.ts';
import { readGoldFile } from './truth/gold-file.ts';
import { createEngine } from './capacity/engine.ts';
import { createFaults, type FaultOrder } from './faults/faults.ts';
import { createGold, type GoldPair, knownPair } from './truth/gold.ts';
import { createMetrics } from './wire/metrics.ts';
import type { Parts } from './wire/served-model.ts';
import type { Answer, Call, Cancellation } from './wire/call.ts';
import type { RewardSettings } from './judge/reward.ts';
import { type Runner, route } from './wire/routes.ts';
import { type Door, openDoor, type Where } from './wire/listener.ts';
import { createVocabulary } from './wire/tokens.ts';
import type { Accuracy } from './truth/better-response.ts';
import { createWitness, type LogEntry, type LogTotals } from './witness/request-log.ts';

/** All may be left out. */
export interface SimulatorOptions {
  /** The name under which the model is served. Default: simulated-judge. */
  readonly model?: string;
  /**
   * Answers and proofs (`generate`, the default), or the scores of a reward model with one label (`pooling`): /classify and
   * /pooling. Each has no route of the other, as in vLLM.
   */
  readonly runner?: Runner;
  /** Longest prompt and answer together, in tokens. Default: 8192. */
  readonly maxModelTokens?: number;
  /** How often a vote is right. Default: 0.85 +- 0.12, item by item. */
  readonly accuracy?: Accuracy;
  /** Added to the probability of the response shown first. Default: 0.03. */
  readonly positionBias?: number;
  /** Share of answers with no readable verdict. Default: 0.02. */
  readonly invalidRate?: number;
  /** Share of verdicts that are a tie, where the judge's form has one; of questions with equal scores. Default: 0. */
  readonly tieRate?: number;
  /** How much higher the better of two responses scores, apart from noise. Default: 4. */
  readonly rewardMargin?: number;
  /**
   * Standard deviation of a score. Default: 2, with which 92 of 100 pairs are scored the right way round, and the difference of
   * two scores is the logarithm of the odds (see reward.ts).
   */
  readonly rewardNoise?: number;
  /** Share of proofs that are of no use. Default: 0.04. */
  readonly badProofRate?: number;
  /** Median length of an answer in tokens. Default: 220. */
  readonly answerTokens?: number;
  /** Standard deviation of the logarithm of that length. Default: 0.35. */
  readonly answerTokensSigma?: number;
  /** Whether given texts are scored (prompt_logprobs); else such a request is refused. Default: true. */
  readonly promptLogprobs?: boolean;
  /** Files of JSON lines, or one JSON list (gzip or plain), whose pairs and labels the judge knows. */
  readonly goldFiles?: readonly string[];
  /** More pairs that it knows. */
  readonly goldPairs?: Iterable<GoldPair>;
  /** Sequences worked on at the same time (max_num_seqs). Default: 32. */
  readonly slots?: number;
  /** Default: 20 000. */
  readonly prefillTokensPerSecond?: number;
  /** Of one sequence. Default: 50. */
  readonly decodeTokensPerSecond?: number;
  /** Multiplies all times; 0 (the default) answers at once and takes no slot. */
  readonly timeScale?: number;
  /** Size of the key-value cache that kv_cache_usage_perc refers to. Default: 200 000. */
  readonly cacheTokens?: number;
  /** Whether markers in prompts are obeyed (see faults.ts). Default: false. */
  readonly faults?: boolean;
  /** After a simulated death, how long until it is there again; null (the default): never. */
  readonly reviveAfterMs?: number | null;
  /** Called when the engine dies, instead of only refusing connections. The process of `main.ts` exits here. */
  readonly onDeath?: () => void;
  /** File to which every accepted, answered and lost request is appended. */
  readonly logFile?: string | null;
  /** Idle connections are closed after this. Default: 5000, as vLLM. */
  readonly keepAliveMs?: number;
}

/** One simulated engine, behind any number of doors. */
export interface Simulator {
  readonly model: string;
  /** Serves it on a socket. */
  listen(where: Where): Promise<{ readonly url: string; close(): Promise<void> }>;
  /** The same without a socket, for a client that takes a `fetch`. The host in the URL does not matter. */
  readonly fetch: typeof globalThis.fetch;
  /** As GET /admin/log. */
  log(): LogTotals;
  logEntries(): LogEntry[];
  /** As POST /admin/faults. */
  orderFault(order: FaultOrder): void;
  /** As POST /admin/reset: forgets log, marker counts and ordered faults. */
  reset(): void;
  /** Sequences in slots and in the queue now. */
  load(): { readonly running: number; readonly waiting: number };
  /** Closes all doors, after `drainMs` for what is in flight. */
  close(drainMs?: number): Promise<void>;
}

const drainMsByDefault = 1000;

const connectionError = (code: 'ECONNREFUSED' | 'ECONNRESET'): TypeError =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(`simulated: ${code}`), { code }) });

/** A simulator with nothing in flight. Reads its gold files now. */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const {
    model = 'simulated-judge',
    runner = 'generate',
    slots = 32,
    cacheTokens = 200_000,
    timeScale = 0,
    prefillTokensPerSecond = 20_000,
    decodeTokensPerSecond = 50,
    reviveAfterMs = null,
    keepAliveMs = 5000,
  } = options;
  const judge: JudgeSettings & RewardSettings = {
    accuracy: options.accuracy ?? { mean: 0.85, spread: 0.12 },
    positionBias: options.positionBias ?? 0.03,
    invalidRate: options.invalidRate ?? 0.02,
    tieRate: options.tieRate ?? 0,
    rewardMargin: options.rewardMargin ?? 4,
    rewardNoise: options.rewardNoise ?? 2,
    badProofRate: options.badProofRate ?? 0.04,
    answerTokens: options.answerTokens ?? 220,
    answerTokensSigma: options.answerTokensSigma ?? 0.35,
  };
  const capacity = createCapacity(slots);
  const metrics = createMetrics();
  const witness = createWitness(options.logFile ?? null);
  const faults = createFaults(options.faults ?? false);
  const doors = new Set<Door>();
  let requests = 0;
  let dead = false;
  let draining = false;
  let revival: NodeJS.Timeout | undefined;

  const onDeath = (): void => {
    dead = true;
    for (const door of doors) door.die();
    options.onDeath?.();
    if (reviveAfterMs === null) return;
    revival = setTimeout(() => {
      dead = false;
      for (const door of doors) void door.revive();
    }, reviveAfterMs);
  };

  const speed = { prefillTokensPerSecond, decodeTokensPerSecond, timeScale };
  const parts: Parts = {
    model,
    maxModelTokens: options.maxModelTokens ?? 8192,
    judge,
    gold: createGold([
      ...(options.goldFiles ?? []).flatMap(readGoldFile),
      ...Array.from(options.goldPairs ?? [], knownPair),
    ]),
    promptLogprobs: options.promptLogprobs ?? true,
    vocabulary: createVocabulary(),
    faults,
    engine: createEngine(speed, capacity, witness, metrics, onDeath),
    nextId: () => {
      requests += 1;
      return requests;
    },
  };
  const reset = (): void => {
    witness.reset();
    faults.reset();
  };
  const routes = { parts, runner, capacity, metrics, witness, cacheTokens, draining: () => draining, reset };
  const handle = (call: Call): Answer | Promise<Answer> => route(call, routes);

  const fetch: typeof globalThis.fetch = async (input, init) => {
    if (dead) throw connectionError('ECONNREFUSED');
    const request = input instanceof Request ? input : null;
    const url = new URL(request ? request.url : String(input));
    const signal = init?.signal ?? request?.signal;
    signal?.throwIfAborted();
    const headers = new Headers(init?.headers ?? request?.headers);
    const body = init?.body ?? null;
    const cancellation: Cancellation = { cancelled: false, onCancel: null };
    const answering = handle({
      method: init?.method ?? request?.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      header: (name) => headers.get(name) ?? undefined,
      body:
        typeof body === 'string'
          ? body
          : body === null
            ? ((await request?.text()) ?? '')
            : await new Response(body).text(),
      cancellation,
    });
    const onAbort = (): void => {
      cancellation.cancelled = true;
      cancellation.onCancel?.();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    const answer = await answering;
    signal?.removeEventListener('abort', onAbort);
    if (cancellation.cancelled) throw signal?.reason ?? new DOMException('aborted', 'AbortError');
    if (answer.kind === 'lost') throw connectionError('ECONNRESET');
    const answerHeaders: Record<string, string> = { 'content-type': answer.contentType };
    if (answer.retryAfterSeconds !== undefined) answerHeaders['retry-after'] = String(answer.retryAfterSeconds);
    return new Response(answer.body, { status: answer.status, headers: answerHeaders });
  };

  return {
    model,
    fetch,
    async listen(where) {
      const door = await openDoor(where, keepAliveMs, handle);
      doors.add(door);
      return {
        url: door.url,
        close: async () => {
          doors.delete(door);
          await door.close(drainMsByDefault);
        },
      };
    },
    log: witness.totals,
    logEntries: witness.entries,
    orderFault: faults.order,
    reset,
    load: () => ({ running: capacity.running, waiting: capacity.waiting }),
    async close(drainMs = drainMsByDefault) {
      draining = true;
      clearTimeout(revival);
      await Promise.all([...doors].map((door) => door.close(drainMs)));
      doors.clear();
      witness.close();
    },
  };
}
