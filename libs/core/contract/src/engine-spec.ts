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
};

export const engineAccessSchema = z.strictObject(access);
/** How an engine is reached at its address: the part of its spec that changes no label. */
export type EngineAccess = z.infer<typeof engineAccessSchema>;

export const engineSchema = z.strictObject({
  model: z.string().min(1).meta({ description: 'The name under which the engine serves the model.' }),
  revision: z.string().optional().meta({ description: 'Revision or digest of the weights, recorded in every row.' }),
  baseUrl: z.string().optional().meta({
    description:
      'Where the engine is, if not beside the worker: http://HOST:PORT, unix:///PATH, or simulator: for the built-in stand-in.',
  }),
  ...access,
});
export type EngineSpec = z.infer<typeof engineSchema>;

/**
 * The engine of a stage's first judge; null where the stage has none. A `first.engine` without an address is at that of the
 * stage, and reached in the same way; without `first.engine` it is the engine of the stage. A key belongs to an address: one
 * with an address of its own gets nothing that the stage's engine is given.
 */
export function firstEngineOf(spec: StageSpec): EngineSpec | null {
  if (spec.stage !== 'label' || !spec.first) return null;
  const { engine: own } = spec;
  const first = spec.first.engine;
  if (!first || first.baseUrl !== undefined) return first ?? own;
  const { model: _model, revision: _revision, ...address } = own;
  return { ...address, ...first };
}

/** Whether two engines are one: the same model at the same address, reached in the same way. */
export const isSameEngine = (
  { revision: _one, ...one }: EngineSpec,
  { revision: _other, ...other }: EngineSpec,
): boolean => canonicalJson(one) === canonicalJson(other);

export const accessOf = ({ apiKey }: EngineSpec): EngineAccess => ({ ...(apiKey ? { apiKey } : {}) });
