/** How the worker of a pod reaches its engines: keys come from Secrets, as environment variables of the worker alone. */
import {
  accessOf,
  ConfigurationError,
  type EngineAccess,
  type EngineSpec,
  firstEngineOf,
  isSameEngine,
  type Job,
  podPaths,
  type SecretPlace,
  type StageSpec,
  secretsIn,
} from '@proofmill/contract';
import { type Fields, literal, secretVariable } from './fields.ts';
import { specOf } from './stage-spec.ts';

export interface EngineAccessParts {
  readonly args: readonly string[];
  readonly env: readonly Fields[];
  readonly mounts: readonly Fields[];
  readonly volumes: readonly Fields[];
}

/** ConfigurationError where a job names no Secret for a key, two for one variable, or a file that no pod can have. */
export function engineAccessParts(job: Job, stage: string): EngineAccessParts {
  const spec = specOf(job, stage);
  const first = firstEngineOf(spec);
  const isOne = first === null || isSameEngine(first, spec.engine);
  const engines = [
    accessInPod(job, spec, '--engine-access', spec.engine, `stage ${spec.name}: engine`),
    ...(isOne ? [] : [accessInPod(job, spec, '--first-engine-access', first, `stage ${spec.name}: first.engine`)]),
  ];
  const secrets = new Map<string, string>();
  for (const { access, where } of engines) {
    for (const [field, place] of secretsIn(access)) {
      const { env } = place;
      const secret = secretOf(place, `${where}.${field}`);
      const other = secrets.get(env);
      if (other !== undefined && other !== secret) {
        throw new ConfigurationError(
          `${where}: the variable ${env} is to come from two Secrets, ${other} and ${secret}. Give one of them another name`,
        );
      }
      secrets.set(env, secret);
    }
  }
  const hasFiles = engines.some(({ access }) => access.caFile !== undefined);
  return {
    args: engines.flatMap(({ flag, access }) =>
      Object.keys(access).length === 0 ? [] : [flag, literal(JSON.stringify(access))],
    ),
    env: [...secrets].map(([name, secret]) => secretVariable(name, secret, name)),
    mounts: hasFiles ? [{ name: 'files', mountPath: podPaths.files, readOnly: true }] : [],
    volumes: hasFiles ? [{ name: 'files', configMap: { name: job.spec.files } }] : [],
  };
}

interface AccessInPod {
  /** The flag of the worker. */
  readonly flag: string;
  readonly access: EngineAccess;
  /** Names it in a sentence. */
  readonly where: string;
}

/** The access as a pod of the worker has it: its file is one of the job's ConfigMap. */
function accessInPod(job: Job, { fleet }: StageSpec, flag: string, engine: EngineSpec, where: string): AccessInPod {
  const access = accessOf(engine, fleet.workers);
  if (access.caFile === undefined) return { flag, access, where };
  const name = access.caFile.replace(/^(\.\/)+/, '');
  if (job.spec.files === undefined || name.includes('/')) {
    throw new ConfigurationError(
      `${where}.caFile: a pod has no file ${access.caFile}. Put it into a ConfigMap under its bare name, and name that in spec.files`,
    );
  }
  return { flag, access: { ...access, caFile: `${podPaths.files}/${name}` }, where };
}

function secretOf({ env, secret }: SecretPlace, where: string): string {
  if (secret !== undefined) return secret;
  throw new ConfigurationError(
    `${where}: a pod has no variable ${env} of its own. Name the Secret that holds it under this name: { env: ${env}, secret: SECRET }`,
  );
}
