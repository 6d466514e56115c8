/** The routes: vLLM's, and the simulator's own under /admin. */
import { z } from 'zod';
import { readBody } from './request-fields.ts';
import type { Capacity } from '../capacity/slots.ts';
import { chat } from './chat.ts';
import { completions } from './completions.ts';
import { faultOrderSchema } from '../faults/faults.ts';
import type { Metrics } from './metrics.ts';
import type { Parts } from './served-model.ts';
import { pool } from './pooling.ts';
import { type Answer, badRequest, type Call, json, Refusal } from './call.ts';
import { tokensOf } from './tokens.ts';
import { templated, turnsOf } from '../prompt/conversation.ts';
import type { Witness } from '../witness/request-log.ts';

/** What a server is started for: vLLM serves answers or the scores of a pooling model, never both. */
export type Runner = 'generate' | 'pooling';

/** What the routes answer from. */
export interface Routes {
  readonly parts: Parts;
  readonly runner: Runner;
  readonly capacity: Capacity;
  readonly metrics: Metrics;
  readonly witness: Witness;
  readonly cacheTokens: number;
  /** The simulator is closing: what is in flight is finished, what is new is refused. */
  readonly draining: () => boolean;
  readonly reset: () => void;
}

type Route = (call: Call, routes: Routes) => Answer | Promise<Answer>;

const text = (body: string, contentType = 'text/plain; version=0.0.4; charset=utf-8'): Answer => ({
  kind: 'answer',
  status: 200,
  contentType,
  body,
});

/** POST /tokenize: a prompt (no limit of length) or a conversation, with the opening of the answer unless told otherwise. */
function tokenize(call: Call, { parts }: Routes): Answer {
  const body = readBody(call);
  if (typeof body.prompt !== 'string' && !Array.isArray(body.messages)) {
    throw badRequest('Either prompt or messages is needed.', 'prompt');
  }
  const tokens =
    typeof body.prompt === 'string'
      ? tokensOf(body.prompt)
      : templated(turnsOf(body), body.add_generation_prompt !== false);
  return json({
    count: tokens.length,
    max_model_len: parts.maxModelTokens,
    tokens: parts.vocabulary.idsOf(tokens),
    token_strs: body.return_token_strs === true ? tokens : null,
  });
}

const models: Route = (_call, { parts }) =>
  json({
    object: 'list',
    data: [
      {
        id: parts.model,
        object: 'model',
        created: 0,
        owned_by: 'proofmill-simulator',
        root: parts.model,
        parent: null,
        max_model_len: parts.maxModelTokens,
        permission: [],
      },
    ],
  });

/** GET /admin/log: totals; with ?entries=true also every answer that was asked for. */
const log: Route = (call, { witness }) =>
  json({
    totals: witness.totals(),
    ...(call.query.get('entries') === 'true' ? { entries: witness.entries() } : {}),
  });

const orderFault: Route = (call, { parts }) => {
  const order = faultOrderSchema.safeParse(readBody(call));
  if (!order.success) throw badRequest(z.prettifyError(order.error));
  parts.faults.order(order.data);
  return json({ ordered: order.data });
};

const table: Readonly<Record<string, Readonly<Record<string, Route>>>> = {
  '/health': { GET: () => text('') },
  '/ping': { GET: () => text('') },
  '/version': { GET: () => json({ version: '0.32.0' }) },
  '/metrics': {
    GET: (_call, { metrics, capacity, cacheTokens, parts }) => text(metrics.text(capacity, cacheTokens, parts.model)),
  },
  '/v1/models': { GET: models },
  '/tokenize': { POST: tokenize },
  '/admin/log': { GET: log },
  '/admin/faults': { POST: orderFault },
  '/admin/reset': {
    POST: (_call, { reset }) => {
      reset();
      return json({ reset: true });
    },
  },
};

/** The routes that ask the model. */
const asking: Readonly<Record<Runner, typeof table>> = {
  generate: {
    '/v1/chat/completions': { POST: (call, { parts }) => chat(call, parts) },
    '/v1/completions': { POST: (call, { parts }) => completions(call, parts) },
  },
  pooling: {
    '/classify': { POST: (call, { parts }) => pool('classify', call, parts) },
    '/pooling': { POST: (call, { parts }) => pool('pooling', call, parts) },
  },
};

/** Answers one request. Never throws; at once where no time is to pass. */
export function route(call: Call, routes: Routes): Answer | Promise<Answer> {
  const asked = asking[routes.runner][call.path];
  const methods = asked ?? table[call.path];
  if (!methods) return json({ detail: 'Not Found' }, 404);
  const handler = methods[call.method];
  if (!handler) return json({ detail: 'Method Not Allowed' }, 405);
  try {
    if (routes.draining() && asked) {
      throw new Refusal(500, 'InternalServerError', 'cannot schedule new futures after shutdown');
    }
    return handler(call, routes);
  } catch (error) {
    if (error instanceof Refusal) return error.answer();
    return new Refusal(500, 'InternalServerError', `The simulator failed: ${String(error)}`).answer();
  }
}
