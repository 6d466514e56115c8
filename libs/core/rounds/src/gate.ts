/** Whether a new judge is good enough for the next round. */
import type { Evaluated, Gate, Verdict } from '@proofmill/contract';

/** The figure of a judge less that of its parent, on the comparisons that both have. */
export interface AgainstParent {
  readonly value: number;
  readonly interval: Verdict['differenceInterval'];
  /** The probability that a judge as good as its parent does as badly as this, or worse. Null for fewer than two prompts. */
  readonly p: number | null;
  readonly shared: number;
}

/** `parent` is null where no parent was evaluated. */
export function verdictOf(gate: Gate, { value }: Pick<Evaluated, 'value'>, parent: AgainstParent | null): Verdict {
  const { metric, atLeast, notBelowParent } = gate;
  const reached = atLeast === undefined || value >= atLeast;
  const level =
    atLeast === undefined
      ? []
      : [
          `${percent(value)} of ${metric} ${reached ? 'reaches' : 'does not reach'} the ${percent(atLeast)} that the gate asks for`,
        ];
  const compared = notBelowParent ? againstParent(metric, notBelowParent.alpha, parent) : null;
  return {
    passed: reached && (compared?.passed ?? true),
    why: [...level, ...(compared ? [compared.why] : [])].join('; '),
    metric,
    value,
    atLeast: atLeast ?? null,
    alpha: notBelowParent?.alpha ?? null,
    difference: parent?.value ?? null,
    differenceInterval: parent?.interval ?? null,
    p: parent?.p ?? null,
  };
}

function againstParent(
  metric: string,
  alpha: number,
  parent: AgainstParent | null,
): { readonly passed: boolean; readonly why: string } {
  if (!parent) return { passed: true, why: 'there is no parent to compare with' };
  const { value, p, shared } = parent;
  if (p === null)
    return {
      passed: false,
      why: `${metric} has ${shared} comparisons of one prompt in common with the parent, which show no difference: give the evaluation more prompts`,
    };
  const passed = p >= alpha;
  const by = `${value < 0 ? 'below' : 'above'} its parent by ${percent(Math.abs(value))} of ${metric} (p = ${p.toPrecision(3)}, one-sided, paired on ${shared} comparisons)`;
  const equal = `equal to its parent on ${shared} comparisons of ${metric}`;
  const what = value === 0 ? equal : by;
  return {
    passed,
    why: passed
      ? `the judge is ${what}, not below it beyond chance`
      : `the judge is ${what}, which chance explains less often than alpha = ${alpha}`,
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
