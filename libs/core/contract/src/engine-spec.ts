/** The engine of a judge as a job file names it: which model, and where it is. */
import { z } from 'zod';
import { canonicalJson } from './identity.ts';
import type { StageSpec } from './job.ts';

const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable: letters, digits and _');

/** Where a secret is. */
const secretPlace = {
  env: variableName.meta({ description: 'The environment variable that holds it.' }),
  secret: z.string().min(1).optional().meta({
    description: 'On Kubernetes: the Secret that holds it, under the name of the variable. Elsewhere it has no effect.',
  }),
};

/** Where a secret is: never the secret itself. */
export type SecretPlace = z.infer<z.ZodObject<typeof secretPlace>>;

/** Headers that say how a request is sent, which is not for a job to say. */
const ownHeaders = /^(host|connection|content-length|content-type|transfer-encoding|upgrade|expect|te|trailer)$/i;
/** Headers whose value is always a secret. */
const secretHeaders = /^(authorization|proxy-authorization|cookie|api-key|x-api-key)$/i;

function refuseBadHeaders(headers: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  const names = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    const fault = faultOfHeader(name, value, names);
    if (fault !== null) context.addIssue({ code: 'custom', path: [name], message: fault });
    names.add(name.toLowerCase());
  }
}

function faultOfHeader(name: string, value: unknown, before: ReadonlySet<string>): string | null {
  // RFC 9110, 5.1 and 5.5.
  if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) return 'is no name of a header';
  if (before.has(name.toLowerCase())) return 'is named twice: the case of the letters makes no difference';
  if (ownHeaders.test(name)) return 'is not for a job to set';
  if (typeof value !== 'string') return null;
  if (secretHeaders.test(name)) return 'is a secret: give it as { env: NAME }; a job file is no place for it';
  return /^[\x20-\x7e\t]*$/.test(value) ? null : 'holds a character that no header can';
}

/** A key is sent as this header. */
function refuseTwoKeys({ apiKey, headers }: Pick<EngineAccess, 'apiKey' | 'headers'>, context: z.RefinementCtx): void {
  if (apiKey === undefined || !Object.keys(headers ?? {}).some((name) => /^authorization$/i.test(name))) return;
  context.addIssue({
    code: 'custom',
    path: ['headers'],
    message: 'has Authorization, which apiKey sends: give one of them',
  });
}

const noPlace = (issue: { readonly code?: string }): string | undefined =>
  issue.code === 'invalid_type'
    ? 'must say where the key is, as { env: NAME }; a job file is no place for the key itself'
    : undefined;

/** How an engine is reached at its address. */
const access = {
  apiKey: z.strictObject(secretPlace, { error: noPlace }).optional().meta({
    description:
      'The key that the engine asks for, by the name of an environment variable; sent as `Authorization: Bearer KEY`.',
  }),
  headers: z
    .record(z.string(), z.union([z.string(), z.strictObject(secretPlace)]))
    .superRefine(refuseBadHeaders)
    .optional()
    .meta({
      description:
        'Further headers of each request, such as a gateway wants: name -> text, or { env: NAME, secret: SECRET } as in apiKey.',
    }),
  caFile: z.string().min(1).optional().meta({
    description:
      'A file with the certificates (PEM) of your own authority, trusted for this engine beside the usual ones. A relative path starts at the job file; on Kubernetes it is a key of the ConfigMap that `files` names.',
  }),
  rate: z
    .strictObject({
      requestsPerMinute: z.number().positive().optional().meta({ description: 'Requests a minute.' }),
      tokensPerMinute: z
        .number()
        .positive()
        .optional()
        .meta({ description: 'Prompt and completion tokens a minute, together.' }),
    })
    .optional()
    .meta({
      description:
        'The most that this stage may ask of the engine, as hosted models have limits. It is divided by `fleet.workers`, and each worker spreads its part evenly.',
    }),
};

export const engineAccessSchema = z.strictObject(access).superRefine(refuseTwoKeys);
/** How an engine is reached at its address: the part of its spec that changes no label. */
export type EngineAccess = z.infer<typeof engineAccessSchema>;
type Rate = NonNullable<EngineAccess['rate']>;

const amount = z.number().nonnegative();

const oneAddress = (message: string): z.ZodString =>
  z.string().refine((url) => !/[\s,;]+[a-z]+:\/\//i.test(url), message);

/** The most addresses of one engine: the bound makes the rules of the API server cheap enough. */
const mostAddresses = 256;

function refuseBadAddresses(urls: readonly string[], context: z.RefinementCtx): void {
  for (const [index, url] of urls.entries()) {
    const fault = /^(https?|unix):/.test(url)
      ? urls.indexOf(url) < index &&
        'is in the list already: each worker asks one address, so it would get twice the share'
      : 'must be the address of a server: http://HOST:PORT, https://HOST or unix:///PATH';
    if (fault) context.addIssue({ code: 'custom', path: [index], message: fault });
  }
}

function refuseTwoKindsOfAddress(
  { baseUrl, baseUrls }: { readonly baseUrl?: string | undefined; readonly baseUrls?: readonly string[] | undefined },
  context: z.RefinementCtx,
): void {
  if (baseUrl === undefined || baseUrls === undefined) return;
  context.addIssue({
    code: 'custom',
    path: ['baseUrls'],
    message: 'is given beside baseUrl: put all addresses into baseUrls',
  });
}

export const engineSchema = z
  .strictObject({
    model: z.string().min(1).meta({ description: 'The name under which the engine serves the model.' }),
    revision: z.string().optional().meta({ description: 'Revision or digest of the weights, recorded in every row.' }),
    baseUrl: oneAddress('must be one address: several are a list, in baseUrls').optional().meta({
      description:
        'Where the engine is, if not beside the worker: http://HOST:PORT, unix:///PATH, or simulator: for the built-in stand-in.',
    }),
    baseUrls: z
      .array(oneAddress('must be one address: each is an entry of the list'))
      .min(1)
      .max(mostAddresses)
      .superRefine(refuseBadAddresses)
      .optional()
      .meta({
        description:
          'Instead of `baseUrl`: the addresses of several servers of this model. Each worker asks one of them: worker i that with the index i, from the start again after the last. `fleet.workers` must be at least as many. The executor local has a worker for each.',
      }),
    ...access,
    price: z
      .strictObject({
        prompt: amount.meta({ description: 'For a million prompt tokens.' }),
        completion: amount.meta({ description: 'For a million completion tokens.' }),
      })
      .optional()
      .meta({
        description: 'What tokens cost, in any currency, for the cost in summary and card, and `limits.maxCost`.',
      }),
  })
  .superRefine(refuseTwoKeys)
  .superRefine(refuseTwoKindsOfAddress);
export type EngineSpec = z.infer<typeof engineSchema>;
export type Price = NonNullable<EngineSpec['price']>;

/** Where an engine is: one address, several, or none where it is beside the worker. */
export const addressesOf = ({ baseUrl, baseUrls = [] }: EngineSpec): readonly string[] =>
  baseUrl === undefined ? baseUrls : [baseUrl];

/** The engine at this address instead of its own. */
export const engineAt = ({ baseUrls: _several, ...engine }: EngineSpec, baseUrl: string): EngineSpec => ({
  ...engine,
  baseUrl,
});

/**
 * The engine of a stage's first judge; null where the stage has none. A `first.engine` without an address is at that of the
 * stage, and reached in the same way; without `first.engine` it is the engine of the stage. A key belongs to an address: one
 * with an address of its own gets nothing that the stage's engine is given.
 */
export function firstEngineOf(spec: StageSpec): EngineSpec | null {
  if (spec.stage !== 'label' || !spec.first) return null;
  const { engine: own } = spec;
  const first = spec.first.engine;
  if (!first || addressesOf(first).length > 0) return first ?? own;
  const { model: _model, revision: _revision, price: _price, ...address } = own;
  return { ...address, ...first };
}

/** Whether two engines are one: the same model at the same addresses, reached in the same way. */
export const isSameEngine = (
  { revision: _revision, price: _price, ...one }: EngineSpec,
  { revision: _otherRevision, price: _otherPrice, ...other }: EngineSpec,
): boolean => canonicalJson(one) === canonicalJson(other);

/** The prices of a stage's judges; null where the job does not say. */
export interface StagePrices {
  readonly own: Price | null;
  /** Of the first judge; that of the stage where it has none. */
  readonly first: Price | null;
}

export function pricesOf(spec: StageSpec): StagePrices {
  const own = spec.engine.price ?? null;
  const first = firstEngineOf(spec);
  return { own, first: first === null ? own : (first.price ?? null) };
}

/** How one of several workers reaches the engine: it has its part of the rate. */
export const accessOf = ({ apiKey, headers, caFile, rate }: EngineSpec, workers: number): EngineAccess => ({
  ...(apiKey === undefined ? {} : { apiKey }),
  ...(headers === undefined ? {} : { headers }),
  ...(caFile === undefined ? {} : { caFile }),
  ...(rate === undefined ? {} : { rate: partOf(rate, workers) }),
});

const partOf = ({ requestsPerMinute, tokensPerMinute }: Rate, workers: number): Rate => ({
  ...(requestsPerMinute === undefined ? {} : { requestsPerMinute: requestsPerMinute / workers }),
  ...(tokensPerMinute === undefined ? {} : { tokensPerMinute: tokensPerMinute / workers }),
});

/** The secrets of an access, each with the field that names it. */
export const secretsIn = ({ apiKey, headers = {} }: EngineAccess): (readonly [field: string, place: SecretPlace])[] => [
  ...(apiKey ? [['apiKey', apiKey] as const] : []),
  ...Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [] : [[`headers.${name}`, value] as const],
  ),
];
