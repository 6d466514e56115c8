import { type JobStatus, jobStatusSchema, parseTolerantly } from '@proofmill/contract';

/**
 * Reads a status that the API server stored, which drops every field that is null. Fields of a later version are left out. Null
 * for anything that is no status.
 */
export function readStatus(stored: unknown): JobStatus | null {
  if (stored === null || typeof stored !== 'object') return null;
  const { stages } = stored as { stages?: unknown };
  const withTotals = Array.isArray(stages)
    ? { stages: stages.map((stage: object) => ({ total: null, ...stage })) }
    : {};
  const read = parseTolerantly(jobStatusSchema, { ...droppedFields, ...stored, ...withTotals });
  return 'value' in read ? read.value : null;
}

const droppedFields = { stage: null, total: null, recordsPerSecond: null, etaSeconds: null };
