/**
 * Records without a label as people read them: by class, the most frequent first, each with a few sentences and their places.
 * What is held is bounded by the number of classes, however many records there are.
 */
import { type FailureClass, type Source, visible } from '@proofmill/contract';
import { grouped } from './format.ts';

/** One record without a label: where it is, and why. */
export interface PlacedFailure {
  readonly source: Source;
  readonly class: FailureClass;
  readonly message: string;
}

/** A class of failure with its first different sentences. */
export interface FailedClass {
  readonly class: FailureClass;
  readonly records: number;
  readonly examples: readonly PlacedFailure[];
}

/** Sentences that are held of a class. */
const examplesHeld = 2;
/** Classes that `failureLines` shows. */
const classesShown = 3;
/** Characters of a sentence that `failureLines` shows: a mapping to paste is whole, and no page of an engine's own words. */
const charactersShown = 1000;

export class FailureTally {
  readonly #classes = new Map<FailureClass, { records: number; examples: PlacedFailure[] }>();
  readonly #first: PlacedFailure[] = [];
  #records = 0;

  get records(): number {
    return this.#records;
  }

  /** The first failures, whatever their classes: three at most. */
  get first(): readonly PlacedFailure[] {
    return this.#first;
  }

  add(failure: PlacedFailure): void {
    this.#records += 1;
    if (this.#first.length < 3) this.#first.push(failure);
    const known = this.#classes.get(failure.class) ?? { records: 0, examples: [] };
    this.#classes.set(failure.class, known);
    known.records += 1;
    const isNew = known.examples.every(({ message }) => message !== failure.message);
    if (isNew && known.examples.length < examplesHeld) known.examples.push(failure);
  }

  /**
   * The classes, the most frequent first. `counts`, where given, are the ones to show: the tally may have seen only some of their
   * records, and some of others that count no more.
   */
  classes(counts?: Readonly<Partial<Record<FailureClass, number>>>): FailedClass[] {
    const names = counts ? (Object.keys(counts) as FailureClass[]) : this.#classes.keys();
    return [...names]
      .map((name) => {
        const { records = 0, examples = [] } = this.#classes.get(name) ?? {};
        return { class: name, records: counts?.[name] ?? records, examples };
      })
      .sort((a, b) => b.records - a.records || (a.class < b.class ? -1 : 1));
  }

  /** Whether more failures of these classes would add no sentence to the ones that `failureLines` shows first. */
  has(counts: Readonly<Partial<Record<FailureClass, number>>>): boolean {
    return this.classes(counts)
      .slice(0, classesShown)
      .every(({ records, examples }) => examples.length >= Math.min(1, records));
  }
}

/** `pairs.jsonl:7: not JSON at column 1` */
export const failureLine = ({ source, message }: Omit<PlacedFailure, 'class'>): string =>
  `${visible(source.file)}:${source.line}: ${shortened(visible(message))}`;

/** A line for each of the first classes, with its sentences below it, and a line about the rest. */
export function failureLines(classes: readonly FailedClass[]): string[] {
  const lines = classes
    .slice(0, classesShown)
    .flatMap(({ class: name, records, examples }) => [
      `${name}, ${grouped(records)} ${records === 1 ? 'record' : 'records'}`,
      ...examples.map((example) => `  ${failureLine(example)}`),
    ]);
  const rest = classes.slice(classesShown);
  if (rest.length === 0) return lines;
  return [...lines, `and ${rest.map(({ class: name, records }) => `${name}, ${grouped(records)}`).join('; ')}`];
}

const shortened = (text: string): string =>
  text.length <= charactersShown ? text : `${text.slice(0, charactersShown).replace(/[\ud800-\udbff]$/, '')} ..`;
