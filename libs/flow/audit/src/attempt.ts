import type { Findings } from './findings.ts';

/** What `read` gives, or null with a finding where it throws: the error's own sentence, after `prefix`. */
export async function attempt<Value>(
  found: Findings,
  path: string,
  read: () => Promise<Value>,
  prefix = '',
): Promise<Value | null> {
  try {
    return await read();
  } catch (error) {
    found.add(path, prefix + (error instanceof Error ? error.message : String(error)));
    return null;
  }
}
