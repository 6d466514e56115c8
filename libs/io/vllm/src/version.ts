import { APIError } from 'openai';

/** Statuses of a server that has no such route: any that is not vLLM. */
export const routeless: ReadonlySet<number> = new Set([404, 405, 501]);

const isRefusal = (status: number): boolean => status >= 400 && status < 500 && status !== 408 && status !== 429;

/** Asks for /version. Null if the server has no such route, or refuses it; all other errors are passed on. */
export async function readVersion(ask: () => Promise<unknown>): Promise<string | null> {
  try {
    const answer = await ask();
    const version: unknown = typeof answer === 'object' && answer !== null && 'version' in answer && answer.version;
    return typeof version === 'string' && version !== '' ? version : null;
  } catch (error) {
    // A server without the route may refuse it in any way: what concerns the key has shown when it listed its models.
    if (error instanceof APIError && (routeless.has(error.status ?? 0) || isRefusal(error.status ?? 0))) return null;
    if (error instanceof SyntaxError) return null; // called JSON and is none
    throw error;
  }
}
