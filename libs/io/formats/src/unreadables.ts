/** The values that a record may do without: what stands in their place. */
import { deepestJson, Unreadable } from '@proofmill/contract';

export const tooDeep = () => new Unreadable('too-deep', `is nested deeper than ${deepestJson} levels`);
export const notFinite = () => new Unreadable('not-a-number', 'is NaN or infinite, which is no number');
export const halfCharacter = () =>
  new Unreadable('not-text', 'has half of a surrogate pair (\\ud800 to \\udfff), which is no character');
export const notUtf8 = () => new Unreadable('not-utf8', 'is not valid UTF-8');
export const bytesAsText = () => new Unreadable('not-text', 'holds bytes that are not text');
