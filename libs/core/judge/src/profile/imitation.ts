import type { Profile } from '@proofmill/contract';

/**
 * The pieces of a judge's frame that responses hold. Such text is never edited; the row is flagged and not kept, since what
 * the judge read may not be what was there.
 */
export const imitationsIn = (responses: readonly string[], profile: Profile): string[] =>
  profile.frameMarks.filter((mark) => responses.some((response) => response.includes(mark)));
