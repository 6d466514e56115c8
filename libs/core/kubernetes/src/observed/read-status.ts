import { type JobStatus, jobStatusSchema } from '@proofmill/contract';

/** Reads a status that the API server stored, which drops every field that is null. Null for anything that is no status. */
export function readStatus(stored: unknown): JobStatus | null {
  if (stored === null || typeof stored !== 'object') return null;
  const { stages } = stored as { stages?: unknown };
  const withTotals = Array.isArray(stages)
    ? { stages: stages.map((stage: object) => ({ total: null, ...stage })) }
    : {};
  const parsed = jobStatusSchema.safeParse({ ...droppedFields, ...stored, ...withTotals });
  return parsed.success ? parsed.data : null;
}

const droppedFields = { stage: null, total: null, recordsPerSecond: null, etaSeconds: null };
