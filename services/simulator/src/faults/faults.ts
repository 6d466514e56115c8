/**
 * Faults on demand, so that a test can see what its subject does. A fault comes from a marker in the prompt text (honoured
 * only with the option `faults`) or is ordered by POST /admin/faults for the next requests (always honoured).
 *
 * | marker | what the client sees | counted as asked |
 * | --- | --- | --- |
 * | `SIMULATE:400[:N]` | 400 BadRequestError | no |
 * | `SIMULATE:429[:N]` | 429 with Retry-After: 1 | no |
 * | `SIMULATE:500[:N]` | 500 EngineCore encountered an issue | no |
 * | `SIMULATE:503[:N]` | 503 The engine is currently busy | no |
 * | `SIMULATE:hang[:N]` | nothing, ever; its slots stay taken until the client goes away | yes |
 * | `SIMULATE:slow:MS` | the answer, MS real milliseconds later, in its slots | yes |
 * | `SIMULATE:reset[:N]` | the connection is reset when the answer was due | yes |
 * | `SIMULATE:garbage[:N]` | 200 whose body is not JSON | yes |
 * | `SIMULATE:truncated[:N]` | 200 whose JSON is cut in the middle | yes |
 * | `SIMULATE:death[:N]` | the engine dies at once: every request in flight is reset, then connections are refused | yes |
 *
 * `:N` limits a marker to the first N times for each request key (pair, order, seed); without it every time. The counts are
 * in memory: a process that died has forgotten them.
 */
import { z } from 'zod';

const faultKinds = ['400', '429', '500', '503', 'hang', 'slow', 'reset', 'garbage', 'truncated', 'death'] as const;

/** What can go wrong. */
export type FaultKind = (typeof faultKinds)[number];

/** The body of POST /admin/faults. */
export const faultOrderSchema = z.strictObject({
  kind: z.enum(faultKinds),
  count: z.int().positive().default(1).meta({ description: 'How many requests it hits, one after the other.' }),
  afterRequests: z.int().nonnegative().default(0).meta({ description: 'How many requests are let through before.' }),
  ms: z.int().nonnegative().default(1000).meta({ description: 'For slow: how much longer.' }),
});
export type FaultOrder = z.input<typeof faultOrderSchema>;

/** A fault that a request is to suffer. */
export interface Fault {
  readonly kind: FaultKind;
  readonly ms: number;
}

/** Decides which request suffers what. */
export interface Faults {
  order(order: FaultOrder): void;
  /** Called once for each readable request. `key` names the request; `prompt` is searched for a marker. */
  next(key: () => string, prompt: string): Fault | null;
  reset(): void;
}

const marker = /SIMULATE:(400|429|500|503|hang|slow|reset|garbage|truncated|death)(?::(\d+))?/;

/** No faults ordered. `markers`: whether prompts may ask for faults. */
export function createFaults(markers: boolean): Faults {
  const orders: { kind: FaultKind; count: number; afterRequests: number; ms: number }[] = [];
  const seen = new Map<string, number>();

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
    const times = match[2] === undefined ? Number.POSITIVE_INFINITY : Number(match[2]);
    const id = key();
    const before = seen.get(id) ?? 0;
    if (before >= times) return null;
    seen.set(id, before + 1);
    return { kind, ms: 0 };
  };

  return {
    order(order) {
      orders.push(faultOrderSchema.parse(order));
    },
    next(key, prompt) {
      return ordered() ?? (markers ? marked(key, prompt) : null);
    },
    reset() {
      orders.length = 0;
      seen.clear();
    },
  };
}
