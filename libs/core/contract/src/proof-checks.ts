/** The checks of a proof: of form, not of reasons. Rows name the ones that a proof failed. */
import type { z } from 'zod';
import { nameIn } from './closed-set.ts';

export const proofChecks = {
  whole: 'the answer ended by itself, not at the token limit',
  'opens as asked': "the text begins with the profile's opening",
  'speaks of both responses': 'the text names Response A and Response B',
  'concludes for its label': "the text ends with the profile's conclusion for the winner",
  'no verdict for the other side': 'the text holds no conclusion for the other response',
  length: "the text is as long as the profile's `minCharacters` and `maxCharacters` allow",
  'no tags': 'the text holds no `think` or `answer` tag',
} as const;

export const proofCheckSchema = nameIn(proofChecks);
/** The name of a check, as rows have it. */
export type ProofCheck = z.infer<typeof proofCheckSchema>;
