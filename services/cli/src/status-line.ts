import type { JobStatus } from '@proofmill/contract';

/** The status of a ScoringJob in one line. */
export function statusLine({
  phase,
  stage,
  done,
  total,
  failed,
  rate,
  eta,
  workers,
  message,
  conditions,
}: JobStatus): string {
  const parts = [
    phase,
    ...(stage === null ? [] : [stage]),
    ...(total === null ? [] : [`${done}/${total}`]),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(rate === '' ? [] : [rate]),
    ...(eta === '' ? [] : [`${eta} to go`]),
    ...(workers === '' ? [] : [`workers ${workers}`]),
  ];
  // While the job runs well, the message repeats the line in words.
  const isStalled = conditions.some(({ type, status }) => type === 'Stalled' && status === 'True');
  const showsMessage = message !== '' && (phase !== 'Running' || isStalled);
  return `${parts.join('  ')}${showsMessage ? `  ${message}` : ''}`;
}
