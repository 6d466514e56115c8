/** Requests and answers about one item, for a person to look at. */
import { type AskedLine, type Engine, type StageDefinition, TerminalError } from '@proofmill/contract';
import { type Ask, askerOf, readByProfile } from '@proofmill/judge';

/** What was asked about an item, what came, and what it adds up to. */
export interface Seen {
  readonly exchanges: { ask: Ask; answer: Parameters<Ask['take']>[0] }[];
  readonly outcome: unknown;
}

/** Asks about one item, one request after the other. */
export async function askAbout(
  line: AskedLine,
  definition: StageDefinition,
  engine: Engine,
  signal: AbortSignal,
): Promise<Seen> {
  const asking = askerOf(definition)(line);
  const exchanges: Seen['exchanges'] = [];
  for (let outcome = asking.outcome(); ; outcome = asking.outcome()) {
    if (outcome) return { exchanges, outcome };
    for (const ask of asking.wave(64)) {
      const answer = await engine.answer(ask.request, signal).catch((error: unknown) => {
        if (!ask.mayFail || !(error instanceof TerminalError)) throw error;
        return { kind: 'refused' as const, code: error.code, message: error.message };
      });
      ask.take(answer);
      exchanges.push({ ask, answer });
    }
  }
}

/** For a person to read. */
export function readableSeen(line: AskedLine, { exchanges, outcome }: Seen): string {
  const { item } = line;
  const parts = [
    `=== ${item.source.file}:${item.source.line}`,
    ...item.prompt.map((turn) => `[${turn.role}] ${turn.content}`),
  ];
  item.responses.forEach((response, index) => {
    parts.push(`[response ${index}]${item.gold === index ? ' (gold label)' : ''} ${response}`);
  });
  for (const exchange of exchanges) parts.push(...readableExchange(exchange));
  return [...parts, `--- outcome: ${JSON.stringify(outcome)}`].join('\n');
}

function readableExchange({ ask, answer }: Seen['exchanges'][number]): string[] {
  const { request, order } = ask;
  const shown = `--- shown: responses ${order.join(', ')}`;
  if (answer.kind === 'refused') return [`${shown}; refused: ${answer.message}`];
  if (answer.kind === 'score') return [`${shown}; score ${answer.score}`];
  if (answer.kind !== 'chat' || request.kind !== 'chat') return [];
  return answer.choices.flatMap((choice, offset) => {
    const judgment = readByProfile(ask.profile, choice);
    const index = judgment === 'first' ? order[0] : judgment === 'second' ? order[1] : undefined;
    const meant = index === undefined ? judgment : `response ${index}`;
    return [
      `${shown}; seed ${request.seed + offset}; read as ${judgment} = ${meant} (${choice.finishReason})`,
      `${choice.reasoning}${choice.content}`,
    ];
  });
}
