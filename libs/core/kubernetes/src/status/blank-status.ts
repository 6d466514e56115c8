import type { JobStatus } from '@proofmill/contract';

/** The status of a job of which nothing is known yet. */
export const blankStatus = (output: string): JobStatus => ({
  phase: 'Pending',
  message: '',
  stage: null,
  done: 0,
  total: null,
  failed: 0,
  recordsPerSecond: null,
  rate: '',
  etaSeconds: null,
  eta: '',
  workers: '',
  stages: [],
  output,
  conditions: [],
});
