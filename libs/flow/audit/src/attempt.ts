import type { Findings } from './findings.ts';

/** What `read` gives, or null with a finding where it throws. */
export async function attempt<Value>(found: Findings, path: string, read: () => Promise<Value>): Promise<Value | null> {
  try {
    return await read();
  } catch (error) {
    found.add(path, error instanceof Error ? error.message : String(error));
    return null;
  }
}
