/**
 * Reads what a worker reports of an item. Workers do so ahead of publishing and collectors ahead of journalling, so both agree: no
 * collector refuses what a worker of its own version publishes.
 */
import { type ItemReport, itemReportSchema, type StageDefinition } from '@proofmill/contract';
import { whyUnfit } from './why-unfit.ts';

/** A report, or why it is none of an item of the stage, as the rest of "it ..". */
export type ReadReport = { readonly report: ItemReport } | { readonly why: string };

const longestProblem = 300;

/** `responses` is how many the item has; null where that is not known. */
export function readReport(definition: StageDefinition, responses: number | null, body: unknown): ReadReport {
  const parsed = itemReportSchema.safeParse(body);
  if (!parsed.success) return { why: `is no outcome (${firstProblem(parsed.error)})` };
  const why = whyUnfit(definition, responses, parsed.data);
  return why === null ? { report: parsed.data } : { why };
}

interface Problems {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

/** The first field that is wrong, and how. */
function firstProblem({ issues }: Problems): string {
  const [issue] = issues;
  if (!issue) return 'its form is unknown';
  return `${issue.path.map(String).join('.') || 'as a whole'}: ${issue.message}`.slice(0, longestProblem);
}
