import { UnavailableError } from '@proofmill/contract';

/** The error of a writer whose journal another process has ended: what it appended since its last sync is not to be trusted. */
export const endedElsewhere = (journal: string): UnavailableError =>
  new UnavailableError(
    'journal-ended',
    `${journal} was ended by another collector of its partition, which has started since`,
    { runAgainWhen: 'that one has been stopped; or let both run, it costs work and no outcome' },
  );
