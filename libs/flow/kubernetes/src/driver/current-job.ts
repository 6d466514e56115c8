/**
 * The job that a driver runs, as it is now. Whoever changes it writes the file into its ConfigMap, and then the digest on the driver's Job,
 * which the driver looks at each turn. It answers with the digest of the file that it follows.
 */
import {
  type Job,
  type KubernetesApi,
  type KubernetesObject,
  kubernetesAnnotations,
  kubernetesNames,
} from '@proofmill/contract';
import { changeablePart, changedInPlace, jobStateOf, kinds, refOf } from '@proofmill/kubernetes-objects';
import { differences } from '@proofmill/plan';
import { jobIn } from '../job-difference.ts';

export interface CurrentJobOptions {
  readonly kubernetes: KubernetesApi;
  /** The job as the driver was started with it. */
  readonly job: Job;
  readonly report: (sentence: string) => void;
}

export interface CurrentJob {
  readonly now: Job;
  /** Takes the file that the driver's Job names, where that is another one. */
  follow(driver: KubernetesObject): Promise<void>;
}

export function currentJob({ kubernetes, job, report }: CurrentJobOptions): CurrentJob {
  let now = job;
  let seen: string | null = null;

  /** What a driver needs at its start stays as it was, whatever the file says. */
  async function take(): Promise<boolean> {
    const ref = { ...kinds.configMap, name: kubernetesNames.jobFile(job.metadata.name) };
    const file = await kubernetes.read(ref);
    const changed = file && jobIn(file);
    if (!changed) {
      report(`the job continues as it is: ConfigMap ${ref.name} ${file ? 'holds no job' : 'does not exist'}`);
      return false;
    }
    const next = changedInPlace(job, changed);
    const places = differences(plain(changeablePart(now)), plain(changeablePart(next)));
    if (places.length > 0) report(`the job has changed: ${places.map(withoutText).join('; ')}`);
    now = next;
    return true;
  }

  return {
    get now() {
      return now;
    },
    async follow(driver) {
      const { jobFile, jobFileTaken } = jobStateOf(driver);
      if (jobFile === null || jobFile === seen) return;
      const isTaken = await take();
      // It is written after the file, so the file is this one or a newer one, whose digest is about to come.
      if (isTaken && jobFileTaken !== jobFile) {
        const annotations = { [kubernetesAnnotations.jobFileTaken]: jobFile };
        await kubernetes.patch(refOf(driver), { metadata: { annotations } });
      }
      seen = jobFile;
    },
  };
}

/** A changed place, without its values unless they are numbers: arguments and variables of an engine may hold keys. */
const withoutText = (place: string): string =>
  /: (nothing|true|false|[\d.]+) -> (nothing|true|false|[\d.]+)$/.test(place)
    ? place
    : place.replace(/: .* -> .*$/s, '');

/** The value as JSON holds it, without what is undefined. */
const plain = (value: object): unknown => JSON.parse(JSON.stringify(value));
