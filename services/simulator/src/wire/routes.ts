/** The routes: vLLM's, and the simulator's own under /admin. */
import { z } from 'zod';
import type { Slots } from '../capacity/slots.ts';
import { faultOrderSchema } from '../faults/faults.ts';
import type { RequestLog } from '../witness/request-log.ts';
import { type Answer, type Call, json } from './call.ts';
import { chat } from './chat.ts';
import { templatedTokens } from './chat-template.ts';
import { completions } from './completions.ts';
import type { Metrics } from './metrics.ts';
import { pool } from './pooling.ts';
import { badRequest, Refusal } from './refusal.ts';
import { messagesField, readBody } from './request-fields.ts';
import type { ServedModel } from './served-model.ts';
import { tokensOf } from './tokens.ts';

/** What vLLM is started for: it serves answers or the scores of a pooling model, never both. */
export type Runner = 'generate' | 'pooling';

/** What the routes answer from. */
export interface RouteContext {
  readonly model: ServedModel;
  readonly runner: Runner;
  readonly slots: Slots;
  readonly metrics: Metrics;
  readonly requestLog: RequestLog;
  readonly cacheTokens: number;
  /** Whether the simulator is closing: then it finishes what is in flight and refuses new requests. */
  readonly isDraining: () => boolean;
  readonly reset: () => void;
}

type Route = (call: Call, context: RouteContext) => Answer | Promise<Answer>;

const text = (body: string): Answer => ({
  kind: 'answer',
  status: 200,
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  body,
});

/** POST /tokenize: a prompt of any length, or a conversation, by default with the opening of the answer. */
function tokenize(call: Call, { model }: RouteContext): Answer {
  const body = readBody(call);
  if (typeof body.prompt !== 'string' && !Array.isArray(body.messages)) {
    throw badRequest('Either prompt or messages is needed.', 'prompt');
  }
  const tokens =
    typeof body.prompt === 'string'
      ? tokensOf(body.prompt)
      : templatedTokens(messagesField(body), body.add_generation_prompt !== false);
  return json({
    count: tokens.length,
    max_model_len: model.maxModelTokens,
    tokens: model.vocabulary.idsOf(tokens),
    token_strs: body.return_token_strs === true ? tokens : null,
  });
}

const listModels: Route = (_call, { model }) =>
  json({
    object: 'list',
    data: [
      {
        id: model.name,
        object: 'model',
        created: 0,
        owned_by: 'proofmill-simulator',
        root: model.name,
        parent: null,
        max_model_len: model.maxModelTokens,
        permission: [],
      },
    ],
  });

/** GET /admin/log: totals; with ?entries=true also every answer that was asked for. */
const showLog: Route = (call, { requestLog }) =>
  json({
    totals: requestLog.totals(),
    ...(call.query.get('entries') === 'true' ? { entries: requestLog.entries() } : {}),
  });

const orderFault: Route = (call, { model }) => {
  const order = faultOrderSchema.safeParse(readBody(call));
  if (!order.success) throw badRequest(z.prettifyError(order.error));
  model.faults.order(order.data);
  return json({ ordered: order.data });
};

type RoutesByPath = Readonly<Record<string, Readonly<Record<string, Route>>>>;

const commonRoutes: RoutesByPath = {
  '/health': { GET: () => text('') },
  '/ping': { GET: () => text('') },
  '/version': { GET: () => json({ version: '0.32.0' }) },
  '/metrics': {
    GET: (_call, { metrics, slots, cacheTokens, model }) => text(metrics.text(slots, cacheTokens, model.name)),
  },
  '/v1/models': { GET: listModels },
  '/tokenize': { POST: tokenize },
  '/admin/log': { GET: showLog },
  '/admin/faults': { POST: orderFault },
  '/admin/reset': {
    POST: (_call, { reset }) => {
      reset();
      return json({ reset: true });
    },
  },
};

/** The routes that ask the model. */
const modelRoutes: Readonly<Record<Runner, RoutesByPath>> = {
  generate: {
    '/v1/chat/completions': { POST: (call, { model }) => chat(call, model) },
    '/v1/completions': { POST: (call, { model }) => completions(call, model) },
  },
  pooling: {
    '/classify': { POST: (call, { model }) => pool('classify', call, model) },
    '/pooling': { POST: (call, { model }) => pool('pooling', call, model) },
  },
};

/** Answers one request; at once where the answer takes no time. Never throws. */
export function route(call: Call, context: RouteContext): Answer | Promise<Answer> {
  const modelRoute = modelRoutes[context.runner][call.path];
  const methods = modelRoute ?? commonRoutes[call.path];
  if (!methods) return json({ detail: 'Not Found' }, 404);
  const handler = methods[call.method];
  if (!handler) return json({ detail: 'Method Not Allowed' }, 405);
  try {
    if (context.isDraining() && modelRoute) {
      throw new Refusal(500, 'InternalServerError', 'cannot schedule new futures after shutdown');
    }
    return handler(call, context);
  } catch (error) {
    if (error instanceof Refusal) return error.answer();
    return new Refusal(500, 'InternalServerError', `The simulator failed: ${String(error)}`).answer();
  }
}
