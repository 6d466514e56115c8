/** Why a row is not kept. */
import { z } from 'zod';
import { type FailureClass, failureClassSchema } from './failure-classes.ts';
import { type KeepRule, keepRuleNames, keepRules } from './keep-rules.ts';
import { type ProofCheck, proofChecks } from './proof-checks.ts';

/** Reasons that hold in every job: what makes a row unsafe, and what leaves it without a winner. They come before the rules of `keep`. */
export const alwaysReasons = {
  'imitates-frame':
    "The prompt or a response holds a piece of the judge's or the prover's frame: what the judge read may not be what the record says",
  'control-token':
    'The prompt or a response holds a control token of a family of models: for a model of that family a turn ends or begins there',
  tie: 'The votes name no winner',
} as const;

type RuleReason = (typeof keepRules)[KeepRule]['reason'];

/** `proof: ` and the checks that the first proof failed; `proof-failed: ` and the class of the failure. */
export type KeptReason = keyof typeof alwaysReasons | RuleReason | `proof: ${string}` | `proof-failed: ${FailureClass}`;

const check = `(?:${Object.keys(proofChecks).join('|')})`;

export const keptReasonSchema = z.union([
  z.enum([
    ...(Object.keys(alwaysReasons) as (keyof typeof alwaysReasons)[]),
    ...keepRuleNames.map((name): RuleReason => keepRules[name].reason),
  ]),
  z.templateLiteral(['proof: ', z.string().regex(new RegExp(`^${check}(?:, ${check})*$`))]),
  z.templateLiteral(['proof-failed: ', failureClassSchema]),
]);

/** The reason of a row whose proof failed checks. */
export const brokenProof = (checks: readonly ProofCheck[]): KeptReason => `proof: ${checks.join(', ')}`;

/** The reason of a row that the prove stage could not ask about. */
export const failedProof = (failureClass: FailureClass): KeptReason => `proof-failed: ${failureClass}`;
