/** The engine of a judge as a job file names it: which model, and where it is. */
import { z } from 'zod';
import { canonicalJson } from './identity.ts';
import type { StageSpec } from './job.ts';

export const engineSchema = z.strictObject({
  model: z.string().min(1).meta({ description: 'The name under which the engine serves the model.' }),
  revision: z.string().optional().meta({ description: 'Revision or digest of the weights, recorded in every row.' }),
  baseUrl: z.string().optional().meta({
    description:
      'Where the engine is, if not beside the worker: http://HOST:PORT, unix:///PATH, or simulator: for the built-in stand-in.',
  }),
});
export type EngineSpec = z.infer<typeof engineSchema>;

/**
 * The engine of a stage's first judge; null where the stage has none. A `first.engine` without an address is at that of the
 * stage; without `first.engine` it is the engine of the stage.
 */
export function firstEngineOf(spec: StageSpec): EngineSpec | null {
  if (spec.stage !== 'label' || !spec.first) return null;
  const { engine: own } = spec;
  const first = spec.first.engine;
  if (!first || first.baseUrl !== undefined) return first ?? own;
  const { model: _model, revision: _revision, ...address } = own;
  return { ...address, ...first };
}

/** Whether two engines are one: the same model at the same address. */
export const isSameEngine = (
  { revision: _one, ...one }: EngineSpec,
  { revision: _other, ...other }: EngineSpec,
): boolean => canonicalJson(one) === canonicalJson(other);
