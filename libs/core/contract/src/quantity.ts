/**
 * Amounts of CPU, memory and other resources, as Kubernetes writes them. What the API server would refuse only when the pods are
 * created is refused where it is read.
 */
import { z } from 'zod';

/** Kubernetes, k8s.io/apimachinery/pkg/api/resource: a decimal number and a suffix. Exponents (12e6) are left out: nobody writes them. */
const suffixes: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

const pattern = /^([0-9]+(?:[.][0-9]+)?)(n|u|m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi|E|Ei)?$/;

export const quantitySchema = z
  .string()
  .regex(pattern, 'must be a quantity: a number with or without a suffix, such as 500m, 2 or 8Gi');

/** The amount of a valid quantity, in its base unit: CPUs or bytes. */
export function amountOf(quantity: string): number {
  const [, digits = '0', suffix = ''] = pattern.exec(quantity) ?? [];
  return Number(digits) * (suffixes[suffix] ?? 1);
}

const amounts = z.record(z.string().min(1), quantitySchema);

/** What a container requests and may use. */
export interface Resources {
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
}

/**
 * The resources of a container in the settings of an installation. `requests` or `limits` that are left out are the default, as a
 * whole: whoever wants no limit of CPU writes limits without it.
 */
export const resourcesSchema = (standard: Resources) =>
  z
    .strictObject({
      requests: amounts.default({ ...standard.requests }),
      limits: amounts.default({ ...standard.limits }),
    })
    .superRefine(({ requests, limits }, context) => {
      for (const [name, request] of Object.entries(requests)) {
        const limit = limits[name];
        if (limit === undefined || amountOf(request) <= amountOf(limit)) continue;
        const message = `is ${request}, which is more than limits.${name} (${limit}); raise the limit with it`;
        context.addIssue({ code: 'custom', path: ['requests', name], message });
      }
    })
    .prefault({});
