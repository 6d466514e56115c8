/** What people say of the items of a sample: a line of JSON for each, `{ "id": "0:17", "winner": 1 }`. */
import { ConfigurationError } from '@proofmill/contract';
import { z } from 'zod';

const answerSchema = z.object({
  id: z.string(),
  winner: z.union([z.int().nonnegative(), z.literal('tie'), z.null()]),
});

/** The index of the better response. None is better where people call them equal (`tie`), or cannot tell (null). */
export type GoldAnswer = z.infer<typeof answerSchema>['winner'];

/**
 * The answers by id. `name` is what a person calls the file.
 * @throws {ConfigurationError} for a line that is no answer, and for an id that has two
 */
export function readGoldAnswers(text: string, name: string): ReadonlyMap<string, GoldAnswer> {
  const answers = new Map<string, GoldAnswer>();
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const place = `${name}, line ${at + 1}`;
    const answer = answerSchema.safeParse(jsonIn(line, place));
    if (!answer.success) {
      throw new ConfigurationError(
        `${place}: not an answer. Write { "id": .., "winner": .. }, with the index of the better response (0 is the first), "tie", or null where nobody can tell`,
      );
    }
    const { id, winner } = answer.data;
    if (answers.has(id))
      throw new ConfigurationError(`${place}: there is another answer for ${JSON.stringify(id)} above it`);
    answers.set(id, winner);
  }
  if (answers.size === 0) throw new ConfigurationError(`${name} has no answers`);
  return answers;
}

function jsonIn(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new ConfigurationError(`${place}: not JSON: ${(error as Error).message}`, { cause: error });
  }
}
