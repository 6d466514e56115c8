/** Pairs whose right answer can be looked up or counted, so that a small model can learn to see it. */
import type { Chance } from '../makers/draft.ts';

/** A response, and the fact about it that decides: a clause whose subject is the response, "says hammer, which is a tool." */
interface Answer {
  readonly text: string;
  readonly fact: string;
}

export interface Decidable {
  readonly kind: string;
  readonly prompt: string;
  /** What the prompt asks for, as a fact would say it: "a tool". */
  readonly asked: string;
  readonly right: Answer;
  readonly wrong: Answer;
}

/** Makes one pair; may be called any number of times. */
export type DecidableMaker = (chance: Chance) => Decidable;

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Both answers in the same words, so that only what they say tells them apart. */
export function inTheSameWords(chance: Chance, right: string, wrong: string): [right: string, wrong: string] {
  const form = chance.pick<(value: string) => string>([
    (value) => `${capital(value)}.`,
    (value) => `It is ${value}.`,
    (value) => `The answer is ${value}.`,
  ]);
  return [form(right), form(wrong)];
}
