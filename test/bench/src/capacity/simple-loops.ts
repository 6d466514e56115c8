/** Two simple ways to share out the same questions, without anything else: what Proofmill is compared with. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { BenchRecord } from '../corpus.ts';
import type { Work } from './cases.ts';
import type { WatchedEngines } from './watched-engines.ts';

export type Strategy = 'fixed batches' | 'static split';

export interface LoopOptions {
  readonly engines: WatchedEngines;
  readonly corpus: string;
  readonly model: string;
  /** Parts of the prompt around its three texts. */
  readonly frame: readonly string[];
  /** Answers to ask for, each in a request of its own: neither loop knows when votes decide. */
  readonly votes: number;
}

interface Question {
  readonly content: string;
  readonly seed: number;
}

/** Asks all questions, and returns what the answers took. */
export async function runLoop(strategy: Strategy, options: LoopOptions): Promise<Work> {
  const questions = await questionsOf(options);
  const { engines, model } = options;
  const work = { promptTokens: 0, completionTokens: 0 };
  const ask = async (url: string, question: Question): Promise<void> => {
    const usage = await answerTo(url, model, question);
    work.promptTokens += usage.prompt_tokens;
    work.completionTokens += usage.completion_tokens;
  };
  await (strategy === 'fixed batches' ? inBatches : inParts)(engines, questions, ask);
  return work;
}

type AskOne = (url: string, question: Question) => Promise<void>;

/** Each engine takes as many questions as it has slots, and the next ones when the last of them is answered. */
async function inBatches({ urls, sizes }: WatchedEngines, questions: Question[], ask: AskOne): Promise<void> {
  const left = [...questions];
  const loops = urls.map(async (url, at) => {
    while (left.length > 0) await Promise.all(left.splice(0, sizes[at]?.slots).map((question) => ask(url, question)));
  });
  await Promise.all(loops);
}

/** Each engine has an equal part of the questions, and as many of them in flight as it has slots. */
async function inParts({ urls, sizes }: WatchedEngines, questions: Question[], ask: AskOne): Promise<void> {
  const parts = urls.map((_, at) => questions.filter((_question, index) => index % urls.length === at));
  const loops = urls.flatMap((url, at) =>
    Array.from({ length: sizes[at]?.slots ?? 0 }, async () => {
      const part = parts[at] ?? [];
      for (let next = part.pop(); next; next = part.pop()) await ask(url, next);
    }),
  );
  await Promise.all(loops);
}

async function questionsOf({ corpus, frame, votes }: LoopOptions): Promise<Question[]> {
  const questions: Question[] = [];
  for await (const line of createInterface({ input: createReadStream(corpus) })) {
    const record = JSON.parse(line) as BenchRecord;
    const content = `${frame[0]}${record.prompt}${frame[1]}${record.response_a}${frame[2]}${record.response_b}${frame[3]}`;
    for (let vote = 0; vote < votes; vote += 1) questions.push({ content, seed: questions.length });
  }
  return questions;
}

interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
}

async function answerTo(url: string, model: string, { content, seed }: Question): Promise<Usage> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ model, messages: [{ role: 'user', content }], seed },
      ...{ temperature: 0.6, top_p: 0.9, max_tokens: 4096 },
    }),
  });
  if (!response.ok) throw new Error(`the simulator answered ${response.status}`);
  return ((await response.json()) as { usage: Usage }).usage;
}
