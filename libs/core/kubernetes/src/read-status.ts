import { type JobStatus, jobStatusSchema } from '@proofmill/contract';

/** A status as it is stored: the API server keeps no field that is null. Null for what is none. */
export function readStatus(stored: unknown): JobStatus | null {
  if (stored === null || typeof stored !== 'object') return null;
  const { stages } = stored as { stages?: unknown };
  const whole = Array.isArray(stages) ? { stages: stages.map((stage: object) => ({ total: null, ...stage })) } : {};
  const parsed = jobStatusSchema.safeParse({ ...absent, ...stored, ...whole });
  return parsed.success ? parsed.data : null;
}

const absent = { stage: null, total: null, recordsPerSecond: null, etaSeconds: null };
