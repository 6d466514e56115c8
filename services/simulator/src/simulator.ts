/** A stand-in for vLLM: real answers about pairs, a capacity model, faults on demand, and a log of what was asked. */
import { createEngine } from './capacity/engine.ts';
import { createSlots } from './capacity/slots.ts';
import { createFaults, type FaultOrder } from './faults/faults.ts';
import { type SimulatorOptions, settingsOf, speedOf } from './options.ts';
import { createGold } from './truth/gold.ts';
import { readGoldFile } from './truth/gold-file.ts';
import { knownPair } from './truth/known-item.ts';
import type { Answer, Call } from './wire/call.ts';
import { inProcessFetch } from './wire/in-process-fetch.ts';
import type { Where } from './wire/listener.ts';
import { createListeners, type OpenListener } from './wire/listeners.ts';
import { createMetrics } from './wire/metrics.ts';
import { type RouteContext, route } from './wire/routes.ts';
import type { ServedModel } from './wire/served-model.ts';
import { createVocabulary } from './wire/tokens.ts';
import type { LogEntry, LogTotals } from './witness/ledger.ts';
import { createRequestLog } from './witness/request-log.ts';

/** One simulated engine, served on any number of sockets. */
export interface Simulator {
  readonly model: string;
  /** Serves it on a socket. */
  listen(where: Where): Promise<OpenListener>;
  /** Serves it without a socket, to a client that takes a `fetch`. The host in the URL does not matter. */
  readonly fetch: typeof globalThis.fetch;
  /** As GET /admin/log. */
  log(): LogTotals;
  logEntries(): LogEntry[];
  /** As POST /admin/faults. */
  orderFault(order: FaultOrder): void;
  /** As POST /admin/reset: forgets the log, the counts of markers and the ordered faults. */
  reset(): void;
  /** Number of sequences in slots and in the queue now. */
  load(): { readonly running: number; readonly waiting: number };
  /** Closes all sockets, `drainMs` after refusing new requests at the latest. */
  close(drainMs?: number): Promise<void>;
}

const drainMsByDefault = 1000;

/** A simulator with nothing in flight. Reads its gold files now. */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const slots = createSlots(options.slots ?? 32);
  const metrics = createMetrics();
  const requestLog = createRequestLog(options.logFile ?? null);
  const faults = createFaults(options.faults ?? false);
  let requests = 0;
  let isDraining = false;

  const onDeath = (): void => {
    listeners.die(options.reviveAfterMs ?? null);
    options.onDeath?.();
  };
  const model: ServedModel = {
    name: options.model ?? 'simulated-judge',
    maxModelTokens: options.maxModelTokens ?? 8192,
    judge: settingsOf(options),
    gold: createGold([
      ...(options.goldFiles ?? []).flatMap(readGoldFile),
      ...Array.from(options.goldPairs ?? [], knownPair),
    ]),
    hasPromptLogprobs: options.promptLogprobs ?? true,
    vocabulary: createVocabulary(),
    faults,
    engine: createEngine(speedOf(options), slots, requestLog, metrics, onDeath),
    nextId: () => {
      requests += 1;
      return requests;
    },
  };
  const reset = (): void => {
    requestLog.reset();
    faults.reset();
  };
  const context: RouteContext = {
    ...{ model, slots, metrics, requestLog, reset },
    runner: options.runner ?? 'generate',
    cacheTokens: options.cacheTokens ?? 200_000,
    isDraining: () => isDraining,
  };
  const handle = (call: Call): Answer | Promise<Answer> => route(call, context);
  const listeners = createListeners(options.keepAliveMs ?? 5000, drainMsByDefault, handle);

  return {
    model: model.name,
    fetch: inProcessFetch(handle, () => listeners.isDead),
    listen: listeners.open,
    log: requestLog.totals,
    logEntries: requestLog.entries,
    orderFault: faults.order,
    reset,
    load: () => ({ running: slots.running, waiting: slots.waiting }),
    async close(drainMs = drainMsByDefault) {
      isDraining = true;
      await listeners.close(drainMs);
      requestLog.close();
    },
  };
}
