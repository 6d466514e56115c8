/**
 * Faults on demand, so that a test sees how a client copes. A fault comes from a marker in the prompt text (obeyed with the
 * option `faults` only), or POST /admin/faults orders it for the next requests (always obeyed).
 *
 * | marker | what the client sees | counted as asked |
 * | --- | --- | --- |
 * | `SIMULATE:400[:N]` | 400 BadRequestError | no |
 * | `SIMULATE:429[:N]` | 429 with Retry-After: 1 | no |
 * | `SIMULATE:500[:N]` | 500 EngineCore encountered an issue | no |
 * | `SIMULATE:503[:N]` | 503 The engine is currently busy | no |
 * | `SIMULATE:hang[:N]` | nothing, ever; its slots stay taken until the client goes away | yes |
 * | `SIMULATE:slow:MS` | the answer, MS real milliseconds later; it keeps its slots | yes |
 * | `SIMULATE:reset[:N]` | a connection reset when the answer was due | yes |
 * | `SIMULATE:garbage[:N]` | 200 with a body that is not JSON | yes |
 * | `SIMULATE:truncated[:N]` | 200 with JSON that is cut in the middle | yes |
 * | `SIMULATE:death[:N]` | the engine dies at once: it resets every request in flight, then refuses connections | yes |
 *
 * `:N` limits a marker to the first N times for each request key (pair, order, seed); without it the marker always counts.
 * Counts live in memory and die with the process.
 */
import { z } from 'zod';

const faultKinds = ['400', '429', '500', '503', 'hang', 'slow', 'reset', 'garbage', 'truncated', 'death'] as const;

export type FaultKind = (typeof faultKinds)[number];

/** The body of POST /admin/faults. */
export const faultOrderSchema = z.strictObject({
  kind: z.enum(faultKinds),
  count: z.int().positive().default(1).meta({ description: 'Number of successive requests that suffer the fault.' }),
  afterRequests: z.int().nonnegative().default(0).meta({ description: 'Number of requests that pass first.' }),
  ms: z.int().nonnegative().default(1000).meta({ description: 'Delay in milliseconds; for slow only.' }),
});
export type FaultOrder = z.input<typeof faultOrderSchema>;

/** A fault that a request is to suffer. */
export interface Fault {
  readonly kind: FaultKind;
  /** Delay; for `slow` only. */
  readonly ms: number;
}

/** Decides which request suffers what. */
export interface Faults {
  order(order: FaultOrder): void;
  /** Call it once for each readable request. `key` identifies the request; `prompt` is searched for a marker. */
  next(key: () => string, prompt: string): Fault | null;
  reset(): void;
}

const marker = /SIMULATE:(400|429|500|503|hang|slow|reset|garbage|truncated|death)(?::(\d+))?/;

/** `obeysMarkers`: whether prompts may ask for faults. */
export function createFaults(obeysMarkers: boolean): Faults {
  const orders: { kind: FaultKind; count: number; afterRequests: number; ms: number }[] = [];
  const timesByKey = new Map<string, number>();

  const ordered = (): Fault | null => {
    const order = orders[0];
    if (!order) return null;
    if (order.afterRequests > 0) {
      order.afterRequests -= 1;
      return null;
    }
    order.count -= 1;
    if (order.count === 0) orders.shift();
    return { kind: order.kind, ms: order.ms };
  };

  const marked = (key: () => string, prompt: string): Fault | null => {
    const start = prompt.indexOf('SIMULATE:');
    const match = start === -1 ? null : marker.exec(prompt.slice(start, start + 40));
    if (!match) return null;
    const kind = match[1] as FaultKind;
    if (kind === 'slow') return { kind, ms: Number(match[2] ?? 1000) };
    const limit = match[2] === undefined ? Number.POSITIVE_INFINITY : Number(match[2]);
    const id = key();
    const times = timesByKey.get(id) ?? 0;
    if (times >= limit) return null;
    timesByKey.set(id, times + 1);
    return { kind, ms: 0 };
  };

  return {
    order(order) {
      orders.push(faultOrderSchema.parse(order));
    },
    next(key, prompt) {
      return ordered() ?? (obeysMarkers ? marked(key, prompt) : null);
    },
    reset() {
      orders.length = 0;
      timesByKey.clear();
    },
  };
}
