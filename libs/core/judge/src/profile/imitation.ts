import type { Profile } from '@proofmill/contract';

/**
 * The frame marks of a profile that occur in responses. Such text is never edited. The row is flagged and not kept, because the
 * judge may have read something other than the responses.
 */
export const imitationsIn = (responses: readonly string[], profile: Profile): string[] =>
  profile.frameMarks.filter((mark) => responses.some((response) => response.includes(mark)));
