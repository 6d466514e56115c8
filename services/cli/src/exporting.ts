/** Exports outputs by their names, as `export` and the rounds of a loop do. */
import { openStore } from '@proofmill/blob';
import { ConfigurationError, type Profile } from '@proofmill/contract';
import { profileWithPrompts, readProfile } from '@proofmill/coordinator';
import {
  type ExportedOutput,
  type ExportOptions,
  exportSet,
  judgeOfOutputs,
  type SetManifest,
  unnamedModel,
} from '@proofmill/export';
import { formOf, type Trainer, type TrainingForm, usualForm } from '@proofmill/export-rows';
import { zstdCodec } from '@proofmill/formats';
import { benchmarkPrompts } from './benchmark-prompts.ts';
import { manifestDigest } from './calibration-file.ts';
import { completeOutput, existingOutput } from './output.ts';
import { scratchStore } from './scratch-store.ts';

export interface ExportRequest {
  /** Output folders. */
  readonly outs: readonly string[];
  readonly to: string;
  readonly trainer: Trainer;
  readonly form?: TrainingForm;
  readonly keep?: ExportOptions['keep'];
  readonly minConfidence?: number;
  readonly minProbability?: number;
  readonly text?: ExportOptions['text'];
  readonly bothOrders?: boolean;
  /**
   * Whose prompt a reasoning set asks with: a profile, or its name or the path of its file. Default: the judge of the outputs, or gram-r2 where
   * they have none.
   */
  readonly profile?: string | Profile;
  readonly margin?: boolean;
  readonly evalShare?: number;
  /** Files of benchmarks. */
  readonly without?: readonly string[];
  /** The model to train. */
  readonly model?: string;
}

/** The profile for outputs whose labels no judge made. */
const usualProfile = 'gram-r2';

/**
 * Exports the rows of complete outputs, all generations included, as one training set.
 * @throws {ConfigurationError} where an output is not complete, and as exportSet does
 */
export async function exportOutputs(request: ExportRequest): Promise<SetManifest> {
  const { trainer, form = usualForm(trainer) } = request;
  const { asksJudge } = formOf(trainer, form);
  requireUse(request, form, asksJudge);
  const target = openStore(request.to);
  const outputs = await Array.fromAsync(request.outs, openExported);
  requireDifferent(outputs);
  const profile = asksJudge ? await profileFor(request.profile, outputs) : null;
  const without = request.without ? await benchmarkPrompts(request.without) : null;
  await using scratch = await scratchStore();
  return await exportSet({
    ...{ outputs, target, targetName: request.to, scratch, codec: zstdCodec() },
    ...{ trainer, form, profile, without },
    keep: request.keep ?? 'kept',
    minConfidence: request.minConfidence ?? null,
    minProbability: request.minProbability ?? null,
    text: request.text ?? 'any',
    bothOrders: request.bothOrders ?? false,
    margin: request.margin ?? false,
    evalShare: request.evalShare ?? 0,
    model: request.model ?? unnamedModel,
  });
}

export async function openExported(name: string): Promise<ExportedOutput> {
  const manifest = await completeOutput(name);
  const store = existingOutput(name);
  return { name, store, manifest, manifestSha256: await manifestDigest(store, manifest) };
}

function requireDifferent(outputs: readonly ExportedOutput[]): void {
  const names = new Map<string, string>();
  for (const { name, manifestSha256 } of outputs) {
    const before = names.get(manifestSha256);
    if (before !== undefined) throw new ConfigurationError(`${before} and ${name} are the same output; name it once`);
    names.set(manifestSha256, name);
  }
}

function requireUse({ text, bothOrders, profile }: ExportRequest, form: TrainingForm, asksJudge: boolean): void {
  const unused = [
    ...(form === 'reasoning' || text === undefined ? [] : ['--text']),
    ...(form === 'reasoning' || !bothOrders ? [] : ['--both-orders']),
    ...(asksJudge || profile === undefined ? [] : ['--profile']),
  ];
  if (unused.length === 0) return;
  throw new ConfigurationError(
    `${unused.join(' and ')} changes nothing in a set of the form ${form}; leave it out, or add --as reasoning`,
  );
}

async function profileFor(named: ExportRequest['profile'], outputs: readonly ExportedOutput[]): Promise<Profile> {
  if (typeof named === 'object') return named;
  const own = named === undefined ? await judgeOfOutputs(outputs) : null;
  if (own) return own;
  const name = named ?? usualProfile;
  return await profileWithPrompts(await readProfile(name, '.'), {}, { name, baseDir: '.' });
}
