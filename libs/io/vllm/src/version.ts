import { APIError } from 'openai';

/** Statuses of a server that has no such route: any that is not vLLM. */
const routeless = new Set([404, 405, 501]);

/** Asks for /version. Null if the server has no such route; all other errors are passed on. */
export async function readVersion(ask: () => Promise<unknown>): Promise<string | null> {
  try {
    const answer = await ask();
    const version: unknown = typeof answer === 'object' && answer !== null && 'version' in answer && answer.version;
    return typeof version === 'string' && version !== '' ? version : null;
  } catch (error) {
    if (error instanceof APIError && routeless.has(error.status ?? 0)) return null;
    if (error instanceof SyntaxError) return null; // called JSON and is none
    throw error;
  }
}
