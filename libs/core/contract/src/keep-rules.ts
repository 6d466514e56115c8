/**
 * Which labelled rows are meant for training: the rules, each with its option in the job file and the reason that a row gives
 * which breaks it. libs/core/merge/src/keep.ts has a test for each. Rows are tested in the order of this table, and the first
 * broken rule counts. It is the order of the filters of GRAM-R2's paper (arXiv 2509.02492): vote, confidence, rules on the
 * rationale.
 */
import { z } from 'zod';

/**
 * reason   what `keptReason` says
 * meaning  when a row breaks the rule; "this" is the value of the option
 * option   the schema of the value
 * off      the value that no row breaks, and the default in the job file. Null: the option is left out there
 */
export const keepRules = {
  minConfidence: {
    reason: 'low-confidence',
    meaning: 'the confidence is below this',
    option: z.number().min(0).max(1),
    off: 0,
  },
  orderAgreement: {
    reason: 'orders-disagree',
    meaning:
      'the votes of the two orders, each taken alone, name different winners, or one of the orders was asked and has no valid vote',
    option: z.boolean(),
    off: false,
  },
  maxRationaleCharacters: {
    reason: 'rationale-too-long',
    meaning: 'the rationale is longer than this',
    option: z.int().positive(),
    off: null,
  },
  minRationaleCharacters: {
    reason: 'rationale-too-short',
    meaning: 'the rationale is shorter than this',
    option: z.int().nonnegative(),
    off: 0,
  },
  rationaleForLabel: {
    reason: 'rationale-without-winner',
    meaning: 'the rationale does not mention the winner',
    option: z.boolean(),
    off: false,
  },
  rationaleStructure: {
    reason: 'rationale-structure',
    meaning: "the rationale lacks one of the profile's sections, or has them in another order",
    option: z.boolean(),
    off: false,
  },
} as const;

type Rules = typeof keepRules;
/** The name of a rule, which is that of its option. */
export type KeepRule = keyof Rules;

type Given<Rule extends KeepRule> = Rules[Rule]['off'] extends null
  ? z.ZodOptional<Rules[Rule]['option']>
  : z.ZodDefault<Rules[Rule]['option']>;
type Frozen<Rule extends KeepRule> = Rules[Rule]['off'] extends null
  ? z.ZodNullable<Rules[Rule]['option']>
  : Rules[Rule]['option'];

export const keepRuleNames = Object.keys(keepRules) as KeepRule[];

const given = Object.fromEntries(
  keepRuleNames.map((name) => {
    const { reason, meaning, off } = keepRules[name];
    const option: z.ZodType = keepRules[name].option.meta({ description: `Not kept (${reason}) where ${meaning}.` });
    return [name, off === null ? option.optional() : option.default(off)];
  }),
) as unknown as { [Rule in KeepRule]: Given<Rule> };

const frozen = Object.fromEntries(
  keepRuleNames.map((name) => [
    name,
    keepRules[name].off === null ? keepRules[name].option.nullable() : keepRules[name].option,
  ]),
) as unknown as { [Rule in KeepRule]: Frozen<Rule> };

const keepOptionsSchema = z.strictObject(given);
/** `keep` of a job file. */
export const keepSchema = keepOptionsSchema
  .default(keepOptionsSchema.parse({}))
  .meta({ description: 'Which rows are meant for training. Nothing is dropped: a row that is not kept says why.' });
export type KeepOptions = z.infer<typeof keepOptionsSchema>;

/** `keep` of stage.json, where every rule is spelled out. */
export const frozenKeepSchema = z.strictObject(frozen);
export type KeepRules = z.infer<typeof frozenKeepSchema>;

/** The rules that no row breaks. */
export const keepEverything = Object.fromEntries(
  keepRuleNames.map((name) => [name, keepRules[name].off]),
) as unknown as KeepRules;

/** The rules of a stage, as the options of its job give them. */
export const freezeKeep = (options: KeepOptions): KeepRules => ({
  ...options,
  ...(Object.fromEntries(keepRuleNames.map((name) => [name, options[name] ?? null])) as unknown as KeepRules),
});
