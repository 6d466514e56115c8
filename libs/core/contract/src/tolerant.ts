/**
 * Reads what another version of Proofmill may have written, such as an object of a cluster: fields that this version does not
 * know are left out and listed. What a person writes on this machine is read strictly instead, so that a typo is found.
 */
import type { z } from 'zod';

export type Tolerated<Value> =
  | {
      readonly value: Value;
      /** The places of the fields that were left out: `spec.pipeline[0].engine.rate`. */
      readonly unknown: readonly string[];
    }
  | { readonly issues: readonly z.core.$ZodIssue[] };

export function parseTolerantly<Schema extends z.ZodType>(schema: Schema, given: unknown): Tolerated<z.output<Schema>> {
  const value = structuredClone(given);
  const unknown: string[] = [];
  for (;;) {
    const parsed = schema.safeParse(value);
    if (parsed.success) return { value: parsed.data, unknown };
    const places = parsed.error.issues.flatMap(unknownFields);
    if (places.length === 0) return { issues: parsed.error.issues };
    for (const place of places) {
      removeAt(value, place);
      unknown.push(textOf(place));
    }
  }
}

type Place = readonly PropertyKey[];

function unknownFields(issue: z.core.$ZodIssue): Place[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...issue.path, key]);
  if (issue.code !== 'invalid_union') return [];
  // The form that fits but for fields that it does not know.
  const meant = issue.errors.find((issues) => issues.every(({ code }) => code === 'unrecognized_keys')) ?? [];
  return meant.flatMap(unknownFields).map((place) => [...issue.path, ...place]);
}

function removeAt(value: unknown, place: Place): void {
  const parent = place.slice(0, -1).reduce((inside, step) => (inside as Record<PropertyKey, unknown>)[step], value);
  const name = place.at(-1);
  if (name !== undefined) delete (parent as Record<PropertyKey, unknown>)[name];
}

const textOf = (place: Place): string =>
  place
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${String(step)}`))
    .join('');
