/** A request to the API server, and its answer. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With the query. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  /** The answer is a text, whatever it looks like. */
  readonly isText?: boolean;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  /** How long a busy server asks to be left alone. */
  readonly retryAfterMs: number | undefined;
}
