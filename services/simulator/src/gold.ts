/** What the judge knows: pairs with a known better response, from files it reads itself and never from a request. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** One pair whose better response is known. */
export interface GoldPair {
  readonly question: string;
  readonly better: string;
  readonly worse: string;
  /** Why, in one or two sentences that name neither A nor B. */
  readonly explanation: string | null;
}

/** Finds the better of two responses. */
export interface Gold {
  readonly size: number;
  /** The known pair, whichever way round it is shown; null where it is not known. */
  find(question: string, responseA: string, responseB: string): GoldPair | null;
}

/** A record's fields, in whichever of the two usual shapes. Null: not a labelled pair. */
function pairOfRecord(record: unknown): GoldPair | null {
  if (record === null || typeof record !== 'object' || Array.isArray(record)) return null;
  const fields = record as Record<string, unknown>;
  const question = questionOf(fields.question ?? fields.prompt);
  const explanation =
    [fields.explanation, fields.reason].find((field): field is string => typeof field === 'string') ?? null;
  const known = (better: unknown, worse: unknown): GoldPair | null =>
    question !== null && typeof better === 'string' && typeof worse === 'string'
      ? { question, better: better.trim(), worse: worse.trim(), explanation }
      : null;
  if (fields.label === 'A>B') return known(fields.response_A, fields.response_B);
  if (fields.label === 'B>A') return known(fields.response_B, fields.response_A);
  return known(fields.chosen, fields.rejected);
}

/** A prompt as text: itself, or the last turn of the user. */
function questionOf(prompt: unknown): string | null {
  if (typeof prompt === 'string') return prompt;
  if (!Array.isArray(prompt)) return null;
  const turns = prompt as { role?: unknown; content?: unknown }[];
  const last = turns.findLast((turn) => turn?.role === 'user')?.content;
  return typeof last === 'string' ? last : null;
}

/** The labelled pairs of a JSON lines file, gzip or plain. Lines that hold none are left out: their labels are nobody's. */
export function readGoldFile(path: string): GoldPair[] {
  const bytes = readFileSync(path);
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  const pairs: GoldPair[] = [];
  for (const line of text.split('\n')) {
    try {
      const pair = pairOfRecord(JSON.parse(line));
      if (pair) pairs.push(pair);
    } catch {
      // A broken line of the corpus: the judge has not learned it.
    }
  }
  return pairs;
}

/** Indexes pairs by their responses. The question decides where two pairs have the same responses. */
export function createGold(pairs: Iterable<GoldPair>): Gold {
  const keyOf = (one: string, other: string): string =>
    one <= other ? `${one}\u0000${other}` : `${other}\u0000${one}`;
  const byResponses = new Map<string, GoldPair[]>();
  let size = 0;
  for (const pair of pairs) {
    const key = keyOf(pair.better, pair.worse);
    const others = byResponses.get(key);
    if (others) others.push(pair);
    else byResponses.set(key, [pair]);
    size += 1;
  }
  return {
    size,
    find(question, responseA, responseB) {
      if (size === 0) return null;
      const candidates = byResponses.get(keyOf(responseA.trim(), responseB.trim()));
      // A prompt of many turns is rendered by its profile, so the last turn need only be in it.
      return candidates?.find((pair) => question.includes(pair.question.trim())) ?? null;
    },
  };
}
