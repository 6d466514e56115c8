/** What goes between a transport (socket or in-process fetch) and the routes, and vLLM's way of saying no. */

/** One request. Header names in lower case. */
export interface Call {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
  readonly body: string;
  readonly cancellation: Cancellation;
}

/** Tells the routes that the client has gone. Lighter than an AbortController, of which there would be one a request. */
export interface Cancellation {
  cancelled: boolean;
  onCancel: (() => void) | null;
}

/** `lost`: the connection is reset, or the client has gone already; no answer is given. */
export type Answer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
      readonly retryAfterSeconds?: number;
    }
  | { readonly kind: 'lost' };

export const lost: Answer = { kind: 'lost' };

/** A 200 or another status with a JSON body. */
export const json = (value: unknown, status = 200): Answer => ({
  kind: 'answer',
  status,
  contentType: 'application/json',
  body: JSON.stringify(value),
});

/** A request that is refused, in vLLM's words. */
export class Refusal extends Error {
  readonly status: number;
  readonly type: string;
  readonly param: string | null;
  constructor(status: number, type: string, message: string, param: string | null = null) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.type = type;
    this.param = param;
  }
  /** `{"error":{"message","type","param","code"}}` */
  answer(): Answer {
    const { status, type, message, param } = this;
    const body = JSON.stringify({ error: { message, type, param, code: status } });
    const answer = { kind: 'answer', status, contentType: 'application/json', body } as const;
    return status === 429 ? { ...answer, retryAfterSeconds: 1 } : answer;
  }
}

/** 400 as the engine's own checks give it. */
export const badRequest = (message: string, param: string | null = null): Refusal =>
  new Refusal(400, 'BadRequestError', message, param);

/** 400 as the schema of the request gives it: another type, and the place in the body. */
export const unreadable = (message: string, param: string): Refusal => new Refusal(400, 'Bad Request', message, param);
