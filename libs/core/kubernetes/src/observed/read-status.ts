import { type JobStatus, jobStatusSchema, parseTolerantly } from '@proofmill/contract';
import { blankStatus } from '../status/blank-status.ts';

/**
 * Reads a status that the API server stored, which drops every field that is null. Another version may have written it: fields
 * that are unknown here are left out, and a field whose value means nothing here is as in the status of a new job. Null where
 * nothing is stored.
 */
export function readStatus(stored: unknown): JobStatus | null {
  if (stored === null || typeof stored !== 'object') return null;
  const { stages } = stored as { stages?: unknown };
  const withTotals = Array.isArray(stages)
    ? { stages: stages.map((stage: unknown) => (isObject(stage) ? { total: null, ...stage } : stage)) }
    : {};
  const whole: Record<string, unknown> = { ...stored, ...withTotals };
  for (;;) {
    const read = parseTolerantly(jobStatusSchema, { ...blankStatus(''), ...whole });
    if ('value' in read) return read.value;
    const wrong = read.issues.map(({ path: [field] }) => String(field)).filter((field) => field in whole);
    if (wrong.length === 0) return null;
    for (const field of wrong) delete whole[field];
  }
}

const isObject = (value: unknown): value is object => value !== null && typeof value === 'object';
