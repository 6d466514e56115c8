import type { ChatChoice, VerdictRule } from '@proofmill/contract';
import type { Reading } from './read-text.ts';
import { verdictReaderOf } from './reader.ts';

/** Reads one answer by a rule. */
export const readAnswer = (choice: ChatChoice, rule: VerdictRule): Reading => verdictReaderOf(rule).read(choice);
