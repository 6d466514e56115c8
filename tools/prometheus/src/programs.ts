/** The programs of Prometheus that tests use: finds them in the cache folder, or builds them with Go. */
import { access, constants, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, lockFolder } from '@proofmill/cache';
import { buildGoProgram, runCommand } from '@proofmill/process';

/** Version 3.16.0 of Prometheus; as a Go module it counts differently. */
const version = '0.316.0';
const module = {
  path: 'github.com/prometheus/prometheus',
  version,
  /** After a change of the version: `go mod download -json github.com/prometheus/prometheus@vVERSION` prints its Sum. */
  sum: 'h1:f1GRFerhTMKQma+awCoC9T820ecWeGSdF+xAlMHzZzM=',
};
/** Without the service discoveries of clouds, whose libraries are most of what is built. */
const tags = ['remove_all_sd'];

const folder = cacheFolder(`prometheus-${version}`);

export interface PrometheusPrograms {
  /** Path of the server. */
  readonly prometheus: string;
  /** Path of the tool that checks rules and metrics. */
  readonly promtool: string;
}

const programs: PrometheusPrograms = { prometheus: join(folder, 'prometheus'), promtool: join(folder, 'promtool') };

const remedy = 'Run npm run test:metrics, which builds it with Go, once (about three minutes on two cores).';

const runs = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

async function missing(): Promise<('prometheus' | 'promtool')[]> {
  const found = await Promise.all([runs(programs.prometheus), runs(programs.promtool)]);
  return (['prometheus', 'promtool'] as const).filter((_, index) => !found[index]);
}

/** Empty, or why tests with Prometheus cannot run here and how to make them run: the title of the skipped suite. */
export const prometheusSkipReason = async (): Promise<string> =>
  (await missing()).length > 0 ? `There is no Prometheus. ${remedy}` : '';

/** The programs. @throws Error where they were not built */
export async function findPrometheus(): Promise<PrometheusPrograms> {
  const reason = await prometheusSkipReason();
  if (reason !== '') throw new Error(reason);
  return programs;
}

/** Builds both programs into the cache folder, unless they are found. Rejects if there is no Go or no network, or if it is another module. */
export async function buildPrometheus(report: (line: string) => void): Promise<PrometheusPrograms> {
  if ((await missing()).length === 0) return programs;
  await mkdir(folder, { recursive: true });
  await using _lock = await lockFolder(folder, { work: 'build', log: report });
  for (const name of await missing()) {
    report(`Building ${name} with Go (${module.path} ${version} from the Go module proxy) into ${folder}`);
    const partial = `${programs[name]}.partial`;
    await buildGoProgram({ module, package: `./cmd/${name}`, tags }, partial);
    await rename(partial, programs[name]);
  }
  return programs;
}

/** Runs promtool, with `input` on its stdin. @throws CommandError with what it says, where it finds a fault */
export async function runPromtool(words: readonly string[], input?: string): Promise<string> {
  const { promtool } = await findPrometheus();
  return runCommand(promtool, [...words], input === undefined ? {} : { input });
}
