/** Jobs on the cluster, over the example corpus in the object store, and what must be true of their output. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ExampleOptions,
  example,
  exampleCorpus,
  exampleJob,
  placedAt,
  rowsOf,
  runCommand,
  undisturbed,
} from '@proofmill/test-integration';
import { expect } from 'vitest';
import type { Installation } from './installation.ts';

export interface ClusterJobOptions extends Pick<ExampleOptions, 'prove' | 'records'> {
  readonly name?: string;
  /** Address of an engine outside the cluster. Default: a simulator in the pod of each worker. */
  readonly engine?: string;
  /** The fraction of its real time that an answer of the simulators takes. Default: 0.01. */
  readonly timeScale?: number;
  readonly workers?: number;
  readonly collectors?: number;
  /** Changes the job before it is submitted. */
  readonly change?: (job: JobObject) => void;
}

/** A job as in the API, open for changes. */
// biome-ignore lint/suspicious/noExplicitAny: each test changes other fields.
export type JobObject = any;

export interface ClusterJob {
  readonly name: string;
  readonly object: JobObject;
  readonly outUri: string;
  /** The output folder as files on this machine. */
  readonly out: string;
  /** URI of the corpus. */
  readonly corpus: string;
  /** `proofmill verify OUT --deep` finds it complete and sound, and its rows are those of a run by the local executor. */
  expectRows(): Promise<void>;
  /** The report of `proofmill verify OUT` on an output that may be incomplete. */
  verify(...flags: string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** Puts the corpus into the object store and writes the job, without submitting it. */
export async function clusterJob({ s3 }: Installation, options: ClusterJobOptions = {}): Promise<ClusterJob> {
  const {
    name = 'scene',
    prove = false,
    records = example.records,
    engine,
    timeScale = 0.01,
    workers = 2,
    collectors = 2,
  } = options;
  const key = `${name}-${randomUUID().slice(0, 8)}`;
  const corpus = `s3://${s3.bucket}/${key}/pairs.jsonl`;
  const outUri = `s3://${s3.bucket}/${key}/out`;
  const lines = (await readFile(exampleCorpus, 'utf8')).split('\n').slice(0, records);
  await s3.put(`${key}/pairs.jsonl`, Buffer.from(`${lines.join('\n')}\n`));
  const object: JobObject = JSON.parse(JSON.stringify(exampleJob({ prove, outUri })));
  object.metadata.name = name;
  object.spec.corpus.uris = [corpus];
  for (const stage of object.spec.pipeline) {
    stage.engine.baseUrl = engine ?? 'simulator:';
    // So that what is asked twice has one cause.
    Object.assign(stage.fleet, { workers, collectors, takeOver: false });
    if (engine === undefined) {
      stage.fleet.engineArgs = ['--gold', '/app/examples/corpus/pairs.jsonl', '--time-scale', String(timeScale)];
    }
  }
  options.change?.(object);
  const out = join(s3.folder, outUri.slice('s3://'.length));
  const verify: ClusterJob['verify'] = (...flags) =>
    runCommand({ name: 'verify', words: ['verify', outUri, ...flags], mark: key, env: s3.env });
  return {
    ...{ name, object, corpus, outUri, out, verify },
    async expectRows() {
      const { code, stdout, stderr } = await verify('--deep', '--json');
      expect(code, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ sound: true, complete: true });
      const { rows } = await undisturbed({ prove, records });
      expect(rows.data.size).toBeGreaterThan(1);
      expect(await rowsOf(out)).toEqual(placedAt(rows, corpus));
    },
  };
}

/** `kubectl apply` of the job. */
export const submit = ({ namespace }: Installation, { object }: ClusterJob): Promise<string> =>
  namespace.kubectl(['apply', '-f', '-'], object);

/** `kubectl wait` until it is complete. */
export const complete = ({ namespace }: Installation, { name }: ClusterJob, timeoutS = 300): Promise<string> =>
  namespace.kubectl(['wait', `scoringjob/${name}`, '--for=condition=Complete', `--timeout=${timeoutS}s`]);

/** One field of its status. */
export const statusOf = ({ namespace }: Installation, { name }: ClusterJob, field: string): Promise<string> =>
  namespace.kubectl(['get', 'scoringjob', name, '-o', `jsonpath={.status.${field}}`]);
