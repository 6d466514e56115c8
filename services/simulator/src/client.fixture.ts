/** A client for the tests of this package, and prompts for it. */
import type { Simulator } from './simulator.ts';

/** A pair in GRAM-R2's marks, without instructions. */
export const framed = (question: string, responseA: string, responseB: string): string =>
  `[User Question]\n${question}\n\n[The Start of Assistant A's Response]\n${responseA}\n[The End of Assistant A's Response]\n\n[The Start of Assistant B's Response]\n${responseB}\n[The End of Assistant B's Response]`;

/** A prover's prompt. */
export const withVerdict = (prompt: string, letter: 'A' | 'B'): string =>
  `${prompt}\n\n[The Verdict]\nResponse ${letter} is better.`;

/** A chat answer, as tests look at it. */
export interface Reply {
  readonly status: number;
  readonly contents: string[];
  readonly finishReasons: string[];
  readonly usage: { prompt_tokens: number; completion_tokens: number };
  readonly error: { message: string; type: string; param: string | null; code: number } | undefined;
  readonly body: Record<string, unknown>;
}

type Fetch = typeof globalThis.fetch;

export const post = (
  fetch: Fetch,
  path: string,
  body: unknown,
  { url = 'http://simulator', signal }: { url?: string; signal?: AbortSignal } = {},
): Promise<Response> =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });

/** Asks the chat route. */
export async function ask(
  simulator: Pick<Simulator, 'fetch'>,
  content: string,
  fields: Record<string, unknown> = {},
  to: { url?: string; signal?: AbortSignal } = {},
): Promise<Reply> {
  const body = { messages: [{ role: 'user', content }], temperature: 0.6, top_p: 0.9, max_tokens: 2048, seed: 1 };
  const response = await post(simulator.fetch, '/v1/chat/completions', { ...body, ...fields }, to);
  const answer = (await response.json()) as Record<string, unknown> & {
    choices?: { message: { content: string }; finish_reason: string }[];
  };
  return {
    status: response.status,
    contents: (answer.choices ?? []).map((choice) => choice.message.content),
    finishReasons: (answer.choices ?? []).map((choice) => choice.finish_reason),
    usage: answer.usage as Reply['usage'],
    error: answer.error as Reply['error'],
    body: answer,
  };
}

/** The verdict by the intended rule: the last answer block holds exactly A or B. Null where it is invalid. */
export function verdictOf(content: string): 'A' | 'B' | null {
  const block = [...content.matchAll(/<answer>([\s\S]*?)<\/answer>/g)].at(-1)?.[1]?.trim();
  return block === 'A' || block === 'B' ? block : null;
}

/** Waits until a condition holds; fails after a deadline. */
export async function until(holds: () => boolean, deadlineMs = 3000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
