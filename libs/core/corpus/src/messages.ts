import type { FailureClass, Message } from '@proofmill/contract';
import { isProblem, type Problem, problem } from './problem.ts';

/** Reads a list of `{role, content}`; other fields of a message are left out. */
function readMessages(list: readonly unknown[], field: string, failureClass: FailureClass): Message[] | Problem {
  const messages: Message[] = [];
  for (const [position, entry] of list.entries()) {
    const { role, content } = (entry ?? {}) as { role?: unknown; content?: unknown };
    if (typeof role !== 'string' || role === '' || typeof content !== 'string') {
      const what = typeof entry === 'string' ? 'a text' : 'not {role, content} with texts in both';
      return problem(failureClass, `${field} is a list, so it should hold messages; number ${position} is ${what}`);
    }
    messages.push({ role, content });
  }
  return messages;
}

/** Reads a prompt: a text, which becomes one message of the user, or a list of messages. */
export function readPrompt(value: unknown, field: string): Message[] | Problem {
  if (typeof value !== 'string' && !Array.isArray(value)) {
    return problem('bad-prompt', `${field} is neither a text nor a list of messages`);
  }
  const messages =
    typeof value === 'string' ? [{ role: 'user', content: value }] : readMessages(value, field, 'bad-prompt');
  if (isProblem(messages)) return messages;
  if (messages.every((message) => message.content.trim() === '')) return problem('empty-prompt', `${field} is empty`);
  return messages;
}

/** A response, and the conversation that was given with it. */
export interface Response {
  readonly text: string;
  readonly before: readonly Message[];
}

/**
 * Reads a response: a text (an empty one is an answer as well), an object with a text in `content` or `text`, or a list of
 * messages, of which the last is the response.
 */
export function readResponse(value: unknown, field: string): Response | Problem {
  if (typeof value === 'string') return { text: value, before: [] };
  if (value === null || typeof value !== 'object') return problem('bad-response', `${field} is not a text`);
  if (!Array.isArray(value)) {
    const { content, text } = value as { content?: unknown; text?: unknown };
    const inside = typeof content === 'string' ? content : text;
    if (typeof inside === 'string') return { text: inside, before: [] };
    return problem('bad-response', `${field} is an object without a text in content or text`);
  }
  const messages = readMessages(value, field, 'bad-response');
  if (isProblem(messages)) return messages;
  const last = messages.pop();
  if (last === undefined) return problem('bad-response', `${field} is an empty list`);
  if (last.role === 'user' || last.role === 'system') {
    return problem('bad-response', `the last message of ${field} is of the ${last.role}, not of the assistant`);
  }
  return { text: last.content, before: messages };
}
