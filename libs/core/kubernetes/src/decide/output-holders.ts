/**
 * Which of several ScoringJobs may write where. An output folder belongs to one job, so a job whose output is that of another one,
 * or lies inside it, or around it, does not begin. The first has it: the job that has begun, else the older one, else the one whose
 * name comes first.
 */
import { type JobStatus, type KubernetesObject, podPaths } from '@proofmill/contract';
import { folderOf } from '../objects/fields.ts';

/** By the name of each ScoringJob that must not begin: the sentence that says why. */
export type OutputProblems = ReadonlyMap<string, string>;

/** `drivers` are the Jobs of drivers; one that belongs to a ScoringJob shows that it has begun. */
export function outputProblems(
  resources: readonly KubernetesObject[],
  drivers: readonly KubernetesObject[],
): OutputProblems {
  const begun = new Set(drivers.flatMap(({ metadata }) => (metadata.ownerReferences ?? []).map(({ uid }) => uid)));
  const claims = resources.flatMap((resource) => claimOf(resource, begun)).toSorted(byRank);
  const held = new Map<string, Claim>();
  /** Each folder around a held one -> the first that is held inside it. */
  const around = new Map<string, Claim>();
  const problems = new Map<string, string>();
  for (const claim of claims) {
    const folders = foldersAround(claim.place);
    const holder = [...folders, claim.place].map((folder) => held.get(folder)).find((one) => one !== undefined);
    const inside = around.get(claim.place);
    const other = holder ?? inside;
    if (other !== undefined && !claim.hasBegun) {
      problems.set(claim.name, sentence(claim, other));
      continue;
    }
    if (!held.has(claim.place)) held.set(claim.place, claim);
    for (const folder of folders) if (!around.has(folder)) around.set(folder, claim);
  }
  return problems;
}

interface Claim {
  readonly name: string;
  readonly output: string;
  /** What the output addresses, however it is written; ends with a slash. */
  readonly place: string;
  readonly createdAt: string;
  readonly hasBegun: boolean;
}

/** None for a job that cannot be read. */
function claimOf({ metadata, spec, status }: KubernetesObject, begun: ReadonlySet<string>): Claim[] {
  const { uri } = (spec as { output?: { uri?: unknown } } | undefined)?.output ?? {};
  if (typeof uri !== 'string') return [];
  const { phase, stages } = (status ?? {}) as Partial<JobStatus>;
  const hasBegun = begun.has(metadata.uid ?? '') || phase === 'Succeeded' || (stages ?? []).length > 0;
  const { name, creationTimestamp: createdAt = '' } = metadata;
  return [{ name, output: uri, place: placeOf(uri), createdAt, hasBegun }];
}

const byRank = (left: Claim, right: Claim): number =>
  Number(right.hasBegun) - Number(left.hasBegun) ||
  compare(left.createdAt, right.createdAt) ||
  compare(left.name, right.name);

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** `s3://b/a/` and `s3://b/a` are one place, and so are `file:///a%20b`, `/a b` and `/c/../a b`. */
export function placeOf(uri: string): string {
  const [, scheme = '', rest = ''] = /^(?:([a-z0-9]+):\/\/)?(.*)$/s.exec(uri) ?? [];
  if (scheme === 's3') return `s3://${steps(rest).join('/')}/`;
  const path = scheme === 'file' ? decoded(rest) : uri;
  const whole = path.startsWith('/') ? path : `${folderOf(podPaths.job)}/${path}`;
  const walked: string[] = [];
  for (const step of steps(whole)) {
    if (step === '..') walked.pop();
    else if (step !== '.') walked.push(step);
  }
  return `/${walked.map((step) => `${step}/`).join('')}`;
}

const steps = (path: string): string[] => path.split('/').filter((step) => step !== '');

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The folders around a place, the outermost first. A bucket is in no folder. */
function foldersAround(place: string): string[] {
  const outermost = place.startsWith('s3://') ? place.indexOf('/', 's3://'.length) : 0;
  const ends = [...place].flatMap((character, at) => (character === '/' && at >= outermost ? [at + 1] : []));
  return ends.slice(0, -1).map((end) => place.slice(0, end));
}

function sentence(own: Claim, other: Claim): string {
  const where =
    own.place === other.place
      ? `is that of the ScoringJob ${other.name}`
      : own.place.startsWith(other.place)
        ? `is inside ${other.output}, that of the ScoringJob ${other.name}`
        : `contains ${other.output}, that of the ScoringJob ${other.name}`;
  return `the output ${own.output} ${where}, which came first: submit this job with an output of its own, or delete ${other.name}, and it starts`;
}
