import { IntegrityError } from '@proofmill/contract';
import type { Findings } from './findings.ts';

/** What `read` gives, or null with a finding where it throws: of the object that the error names, else of `path`. */
export async function attempt<Value>(
  found: Findings,
  path: string,
  read: () => Promise<Value>,
  prefix = '',
): Promise<Value | null> {
  try {
    return await read();
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    const object = error instanceof IntegrityError ? error.object : undefined;
    if (object === undefined) found.add(path, prefix + sentence);
    else found.addInOutput(object, sentence.startsWith(`${object} `) ? `it${sentence.slice(object.length)}` : sentence);
    return null;
  }
}
