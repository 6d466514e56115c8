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
  /** Name of the first file that has the prompt. */
  readonly file: string;
  readonly by: 'benchmark-prompt' | 'benchmark-words';
}

export class BenchmarkPrompts {
  readonly #prompts = new Map<string, string>();
  readonly #grams = new Map<string, string>();

  add(file: string, prompt: readonly Message[]): void {
    const turns = turnWords(prompt);
    for (const key of wholesOf(turns)) if (!this.#prompts.has(key)) this.#prompts.set(key, file);
    for (const gram of gramsOf(turns)) if (!this.#grams.has(gram)) this.#grams.set(gram, file);
  }

  find(prompt: readonly Message[]): BenchmarkHit | null {
    const turns = turnWords(prompt);
    for (const key of wholesOf(turns)) {
      const file = this.#prompts.get(key);
      if (file !== undefined) return { file, by: 'benchmark-prompt' };
    }
    for (const gram of gramsOf(turns)) {
      const file = this.#grams.get(gram);
      if (file !== undefined) return { file, by: 'benchmark-words' };
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
