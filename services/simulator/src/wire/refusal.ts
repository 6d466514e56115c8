/** Refuses requests in vLLM's words. */
import type { Answer } from './call.ts';

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

/** 400 as the schema of the request gives it: with another type, and the place in the body. */
export const schemaViolation = (message: string, param: string): Refusal =>
  new Refusal(400, 'Bad Request', message, param);
