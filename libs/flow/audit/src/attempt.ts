import type { Findings } from './findings.ts';

/** What `read` gives, or null with a finding where it throws: the error's own sentence, with `before` ahead of it. */
export async function attempt<Value>(
  found: Findings,
  path: string,
  read: () => Promise<Value>,
  before = '',
): Promise<Value | null> {
  try {
    return await read();
  } catch (error) {
    found.add(path, before + (error instanceof Error ? error.message : String(error)));
    return null;
  }
}
