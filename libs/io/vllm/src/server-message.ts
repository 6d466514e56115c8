import type { APIError } from 'openai';

/** The server's sentence, without the status that the SDK puts ahead of it; empty if there is none. */
export function serverMessage(error: APIError): string {
  const body: unknown = error.error;
  if (typeof body === 'string') return body;
  if (typeof body === 'object' && body !== null) {
    const { message, detail } = body as { message?: unknown; detail?: unknown };
    const sentence = message ?? detail;
    return typeof sentence === 'string' ? sentence : '';
  }
  return '';
}
