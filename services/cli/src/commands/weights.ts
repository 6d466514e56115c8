import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openListedFolder, openStore } from '@proofmill/blob';
import { ConfigurationError, exitCodes, schemeOf, weightsDigestSchema } from '@proofmill/contract';
import {
  type Command,
  endSoon,
  InvalidArgumentError,
  print,
  type Shutdown,
  shutdownOnSignals,
} from '@proofmill/runtime';
import { grouped } from '@proofmill/stats';
import { fetchWeights, putWeights, type WeightsDigest } from '@proofmill/training';

export function addWeights(program: Command): void {
  const weights = program
    .command('weights')
    .description('put the weights of a model into an object store, or fetch them, for fleet.model.s3 of jobs');

  weights
    .command('put')
    .description(
      'put a folder of weights into an object store, with a manifest that names its files; the same command resumes, and nothing is overwritten',
    )
    .argument('<folder>', 'a folder of this machine; folders checkpoint-* in it are left out')
    .argument('<uri>', 'a new or an empty folder of an object store: s3://BUCKET/FOLDER')
    .action((folder: string, uri: string) =>
      untilStopped(async ({ stop }) => {
        await refuseLinks(localFolder(folder));
        return putWeights({
          ...{ from: openStore(localFolder(folder)), folder, to: openStore(uri), listed: openListedFolder(uri) },
          ...{ uri: trimmed(uri), expected: null, report, stop },
        });
      }),
    );

  weights
    .command('fetch')
    .description(
      'fetch a folder of weights from an object store; the same command resumes, and files that are there whole are not fetched again',
    )
    .argument('<uri>', 'a folder of an object store: s3://BUCKET/FOLDER')
    .argument('<folder>', 'a new or an empty folder of this machine')
    .option('--sha256 <digest>', 'the digest that the weights must have, as `weights put` prints it', digest)
    .action((uri: string, folder: string, { sha256: wanted }: { sha256?: string }) =>
      untilStopped(({ stop }) =>
        fetchWeights({
          ...{ from: openListedFolder(uri), uri: trimmed(uri), to: openStore(localFolder(folder)), folder },
          ...{ wanted: wanted ?? null, report, stop },
        }),
      ),
    );
}

/** Prints what the task comes to. A signal ends it; what is there stays, for the next run. */
async function untilStopped(task: (shutdown: Shutdown) => Promise<WeightsDigest>): Promise<void> {
  using shutdown = shutdownOnSignals({ graceMs: 0 });
  try {
    const { sha256, files, bytes } = await Promise.race([task(shutdown), stopped(shutdown.stop)]);
    print(process.stdout, `${grouped(files)} files, ${grouped(bytes)} bytes, sha256 ${sha256}\n`);
  } catch (error) {
    if (!shutdown.stop.aborted) throw error;
    report('stopped; the same command resumes');
    process.exitCode = shutdown.exitCode ?? exitCodes.drained;
  } finally {
    endSoon();
  }
}

/** A request that is under way may take minutes to notice. */
const stopped = (stop: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => stop.addEventListener('abort', () => reject(stop.reason), { once: true }));

const report = (sentence: string): void => print(process.stderr, `${sentence}\n`);

const trimmed = (uri: string): string => uri.replace(/\/+$/, '');

function localFolder(folder: string): string {
  if (schemeOf(folder) === null) return folder;
  throw new ConfigurationError(`${folder} is no folder of this machine: name one by its path`);
}

/** A cache of Hugging Face has links in the place of files, and others may lead anywhere. */
async function refuseLinks(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: Error) => {
    throw new ConfigurationError(`${folder} cannot be read as a folder: ${error.message}`, { cause: error });
  });
  const link = entries.find((entry) => entry.isSymbolicLink());
  if (!link) return;
  throw new ConfigurationError(
    `${join(link.parentPath, link.name)} is a link, and links are not followed. Put a copy that has the files themselves: cp -rL ${folder} COPY`,
  );
}

function digest(text: string): string {
  if (weightsDigestSchema.safeParse(text).success) return text;
  throw new InvalidArgumentError('It must be a sha256: 64 digits and letters from a to f.');
}
