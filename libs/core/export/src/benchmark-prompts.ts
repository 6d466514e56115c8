/**
 * Prompts of benchmarks, to keep out of training sets what a model will be measured on. Two prompts are taken for the same where their words are
 * equal, or where they share thirteen words in a row: the size at which GPT-3 was checked against its benchmarks (Brown et al., Language Models
 * are Few-Shot Learners, 2020, appendix C). Prompts of fewer words are found by the whole prompt alone. Memory grows with the benchmarks, not
 * with what is looked up.
 */
import type { Message } from '@proofmill/contract';
import { turnWords } from './words.ts';

const gramWords = 13;

export interface BenchmarkHit {
  /** Name of the first benchmark that has the prompt, such as that of its file. */
  readonly benchmark: string;
  readonly by: 'benchmark-prompt' | 'benchmark-words';
}

/** How many records each benchmark has cost, by its name. */
export type BenchmarkCosts = Readonly<Record<string, { readonly prompts: number; readonly words: number }>>;

export class BenchmarkHits {
  readonly #found = new Map<string, { prompts: number; words: number }>();

  constructor(benchmarks: Iterable<string>) {
    for (const name of benchmarks) this.#found.set(name, { prompts: 0, words: 0 });
  }

  add({ benchmark, by }: BenchmarkHit): void {
    const found = this.#found.get(benchmark);
    if (found) found[by === 'benchmark-prompt' ? 'prompts' : 'words'] += 1;
  }

  costs(): BenchmarkCosts {
    return Object.fromEntries(this.#found);
  }
}

export class BenchmarkPrompts {
  readonly #prompts = new Map<string, string>();
  readonly #grams = new Map<string, string>();
  readonly #names = new Set<string>();

  add(benchmark: string, prompt: readonly Message[]): void {
    const turns = turnWords(prompt);
    this.#names.add(benchmark);
    for (const key of wholesOf(turns)) if (!this.#prompts.has(key)) this.#prompts.set(key, benchmark);
    for (const gram of gramsOf(turns)) if (!this.#grams.has(gram)) this.#grams.set(gram, benchmark);
  }

  /** Names of the benchmarks in the order in which they were added. */
  get names(): Iterable<string> {
    return this.#names;
  }

  find(prompt: readonly Message[]): BenchmarkHit | null {
    const turns = turnWords(prompt);
    for (const key of wholesOf(turns)) {
      const benchmark = this.#prompts.get(key);
      if (benchmark !== undefined) return { benchmark, by: 'benchmark-prompt' };
    }
    for (const gram of gramsOf(turns)) {
      const benchmark = this.#grams.get(gram);
      if (benchmark !== undefined) return { benchmark, by: 'benchmark-words' };
    }
    return null;
  }
}

/** The last turn, which is what a conversation asks, and all of it. */
const wholesOf = (turns: readonly string[]): string[] => [turns.at(-1) ?? '', turns.join('\n')];

function* gramsOf(turns: readonly string[]): Generator<string> {
  for (const turn of turns) {
    const words = turn.split(' ');
    for (let at = 0; at + gramWords <= words.length; at += 1) yield words.slice(at, at + gramWords).join(' ');
  }
}
