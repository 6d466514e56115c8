/** What people answered in a review, as gold labels. */
import { ConfigurationError } from '@proofmill/contract';
import { z } from 'zod';
import { equalVerdict, unknownVerdict, verdictFor } from './question.ts';
import type { ReviewTool } from './reviewers.ts';

/** One item with the answers of everybody who was asked. */
interface Answered {
  readonly item: string;
  readonly rank: number;
  /** The index of each response as it was shown. */
  readonly order: readonly number[];
  /** Null: the person skipped it. */
  readonly verdicts: readonly (string | null)[];
}

export interface Decision {
  readonly id: string;
  /** The index of the better response; `tie` where people call them equal; null where they cannot tell or do not agree. */
  readonly winner: number | 'tie' | null;
}

export interface Decisions {
  /** In the order of the review. */
  readonly decisions: readonly Decision[];
  /** Items that nobody has answered, which are no decisions. */
  readonly unanswered: number;
  /** Items on which no verdict has most of the answers. */
  readonly split: number;
}

const question = { item: z.string(), rank: z.int(), order: z.array(z.int()).min(1) };

const choiceSchema = z.object({
  from_name: z.string(),
  value: z.object({ choices: z.array(z.string()).optional() }).loose(),
});

const labelStudioSchema = z.array(
  z.object({
    data: z.object(question),
    annotations: z.array(z.object({ was_cancelled: z.boolean().optional(), result: z.array(choiceSchema) })),
  }),
);
const argillaSchema = z.array(z.object({ ...question, verdicts: z.array(z.string()) }));

/**
 * Reads what a tool exported. `name` is what a person calls the file.
 * @throws {ConfigurationError} where it is another file, has an item twice, or an answer that names no response of its item
 */
export function readDecisions(
  text: string,
  { tool, name }: { readonly tool: ReviewTool; readonly name: string },
): Decisions {
  const answered = answeredIn(text, tool, name).toSorted((one, other) => one.rank - other.rank);
  const seen = new Set<string>();
  const decisions: Decision[] = [];
  let unanswered = 0;
  let split = 0;
  for (const each of answered) {
    if (seen.has(each.item)) throw new ConfigurationError(`${name} has the item ${JSON.stringify(each.item)} twice`);
    seen.add(each.item);
    if (each.verdicts.length === 0) {
      unanswered += 1;
      continue;
    }
    const winners = each.verdicts.map((verdict) => winnerOf(verdict, each, name));
    const winner = mostNamed(winners);
    if (winner === undefined) split += 1;
    decisions.push({ id: each.item, winner: winner ?? null });
  }
  if (decisions.length === 0) throw new ConfigurationError(`${name} has no answers of people`);
  return { decisions, unanswered, split };
}

function answeredIn(text: string, tool: ReviewTool, name: string): Answered[] {
  const wrong = (why: string, cause: unknown): ConfigurationError =>
    new ConfigurationError(`${name} is not what ${tool} gives for a review of \`proofmill export\`: ${why}`, { cause });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrong(`it is not JSON (${(error as Error).message})`, error);
  }
  const parsed = tool === 'argilla' ? argillaSchema.safeParse(value) : labelStudioSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw wrong(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, parsed.error);
  }
  return parsed.data.map((each): Answered => ('data' in each ? { ...each.data, verdicts: verdictsIn(each) } : each));
}

const verdictsIn = ({ annotations }: z.infer<typeof labelStudioSchema>[number]): (string | null)[] =>
  annotations.map(({ was_cancelled: isSkipped, result }) =>
    isSkipped ? null : (result.find(({ from_name: from }) => from === 'verdict')?.value.choices?.[0] ?? null),
  );

function winnerOf(verdict: string | null, { item, order }: Answered, name: string): Decision['winner'] {
  if (verdict === null || verdict === unknownVerdict) return null;
  if (verdict === equalVerdict) return 'tie';
  const index = order.find((_, place) => verdictFor(place) === verdict);
  if (index !== undefined) return index;
  throw new ConfigurationError(
    `${name}: the item ${JSON.stringify(item)} has ${order.length} responses, and the answer ${JSON.stringify(verdict)} names none of them`,
  );
}

/** What more than half of the people say; undefined where there is no such thing. */
function mostNamed(winners: readonly Decision['winner'][]): Decision['winner'] | undefined {
  return winners.find((each) => 2 * winners.filter((other) => other === each).length > winners.length);
}
