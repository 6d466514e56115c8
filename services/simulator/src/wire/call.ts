/** What passes between a transport (a socket or an in-process fetch) and the routes. */

/** One request. */
export interface Call {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Takes names in lower case. */
  readonly header: (name: string) => string | undefined;
  readonly body: string;
  readonly cancellation: Cancellation;
}

/** Notifies the routes that the client has gone away. Every request has one, so it is lighter than an AbortController. */
export interface Cancellation {
  cancelled: boolean;
  onCancel: (() => void) | null;
}

/** `lost`: there is no answer, because the connection is reset or the client has already gone away. */
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

export const json = (value: unknown, status = 200): Answer => ({
  kind: 'answer',
  status,
  contentType: 'application/json',
  body: JSON.stringify(value),
});
