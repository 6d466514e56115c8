/** How the worker of a pod reaches its engines: keys come from Secrets, as environment variables of the worker alone. */
import { accessOf, ConfigurationError, type EngineSpec, firstEngineOf, isSameEngine } from '@proofmill/contract';
import type { EngineOptions } from './engine-sidecar.ts';
import { type Fields, literal, secretVariable } from './fields.ts';

export interface EngineAccessParts {
  readonly args: readonly string[];
  readonly env: readonly Fields[];
}

/** ConfigurationError where a job names no Secret for a key, or two for one variable. */
export function engineAccessParts({ spec }: EngineOptions): EngineAccessParts {
  const first = firstEngineOf(spec);
  const isOne = first === null || isSameEngine(first, spec.engine);
  const engines = [
    { flag: '--engine-access', engine: spec.engine, where: `stage ${spec.name}: engine` },
    ...(isOne ? [] : [{ flag: '--first-engine-access', engine: first, where: `stage ${spec.name}: first.engine` }]),
  ];
  const secrets = new Map<string, string>();
  for (const { engine, where } of engines) {
    for (const { env, secret } of secretsOf(engine, where)) {
      const other = secrets.get(env);
      if (other !== undefined && other !== secret) {
        throw new ConfigurationError(
          `${where}: the variable ${env} is to come from two Secrets, ${other} and ${secret}. Give one of them another name`,
        );
      }
      secrets.set(env, secret);
    }
  }
  return {
    args: engines.flatMap(({ flag, engine }) => accessArguments(flag, engine)),
    env: [...secrets].map(([name, secret]) => secretVariable(name, secret, name)),
  };
}

function accessArguments(flag: string, engine: EngineSpec): string[] {
  const access = accessOf(engine);
  return Object.keys(access).length === 0 ? [] : [flag, literal(JSON.stringify(access))];
}

function secretsOf({ apiKey }: EngineSpec, where: string): { env: string; secret: string }[] {
  if (!apiKey) return [];
  const { env, secret } = apiKey;
  if (secret !== undefined) return [{ env, secret }];
  throw new ConfigurationError(
    `${where}.apiKey: a pod has no variable ${env} of its own. Name the Secret that holds it under this name: { env: ${env}, secret: SECRET }`,
  );
}
