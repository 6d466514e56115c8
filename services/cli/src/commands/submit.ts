import { exitCodes } from '@proofmill/contract';
import { readJob } from '@proofmill/job-files';
import { settingsConfigMapOf } from '@proofmill/operator';
import { type Command, print, shutdownOnSignals } from '@proofmill/runtime';
import { statusLine } from '../status-line.ts';
import { submitJob } from '../submit-job.ts';

interface SubmitFlags {
  readonly wait?: boolean;
  readonly plain?: boolean;
  readonly namespace?: string;
  readonly name?: string;
  readonly out?: string;
  readonly corpus?: string[];
  readonly settingsConfigmap?: string;
}

export function addSubmit(program: Command): void {
  program
    .command('submit')
    .description(
      'submit a job to a Kubernetes cluster; submitting the same job again attaches to it and never runs it twice',
    )
    .argument('<job>', 'job file (YAML)')
    .option('--wait', 'follow the job to its end, and exit with its exit code; stopping this does not stop the job')
    .option(
      '--namespace <name>',
      "namespace of the job; default: the file's, else PROOFMILL_NAMESPACE, else the kubeconfig's or the pod's",
    )
    .option('--name <name>', 'name of the job, instead of metadata.name')
    .option('--out <uri>', 'output folder, instead of spec.output.uri')
    .option('--corpus <uri...>', 'input files, instead of spec.corpus.uris')
    .option('--plain', 'without a ScoringJob and an operator: create the Job of the driver itself')
    .option(
      '--settings-configmap <name>',
      'with --plain: the ConfigMap with cluster.yaml; default: PROOFMILL_CLUSTER_CONFIGMAP',
    )
    .action(async (path: string, flags: SubmitFlags) => {
      process.exitCode = await submit(path, flags);
    });
}

async function submit(path: string, flags: SubmitFlags): Promise<number> {
  // Names every mistake in the file, with its place.
  const { job: read } = await readJob(path);
  using shutdown = shutdownOnSignals({ graceMs: 0 });
  const { name, out, corpus } = flags;
  const namespace = flags.namespace ?? read.metadata.namespace ?? process.env.PROOFMILL_NAMESPACE;
  const job = await submitJob({
    path,
    replaced: {
      ...(name === undefined ? {} : { name }),
      ...(out === undefined ? {} : { out }),
      ...(corpus === undefined ? {} : { corpus }),
    },
    ...(namespace === undefined ? {} : { namespace }),
    ...(flags.plain ? { plain: { settingsConfigMap: settingsConfigMapOf(flags.settingsConfigmap) } } : {}),
  });
  print(process.stdout, `${job.name} in ${job.namespace}: ${sentences[job.submission]}\n`);
  if (!flags.wait) return exitCodes.done;

  let before = '';
  const code = await job.wait((status) => {
    const line = statusLine(status);
    if (line !== before) print(process.stdout, `${line}\n`);
    before = line;
  }, shutdown.stop);
  if (code !== null) return code;
  print(process.stderr, 'stopped waiting; the job continues. The same command attaches to it again\n');
  return shutdown.exitCode ?? exitCodes.drained;
}

const sentences = {
  created: 'submitted',
  attached: 'it exists already, and is the same',
  changed: 'it exists already, and now has the fleet and the limits of the file',
} as const;
