/** What a loop asks for, from its file and from those of its corpora that are on this machine. */
import { readLoop } from '@proofmill/job-files';
import { mostAnswers } from '@proofmill/judge';
import {
  type AnswersPerItem,
  type CorpusSizes,
  countsOf,
  evaluationJob,
  labelJob,
  type RoundCounts,
  type Size,
  batchCorpus,
} from '@proofmill/rounds';
import { schemeOf, type StageDefinition } from '@proofmill/contract';
import { openCorpus } from '@proofmill/coordinator';
import { corpusItems } from '@proofmill/training';
import { definitionsOf } from '../definitions.ts';
import { loopProfiles } from './profiles.ts';

type LoopFile = Awaited<ReturnType<typeof readLoop>>;
type CorpusSpec = LoopFile['loop']['spec']['evaluations'][number]['corpus'];

export interface PlannedLoop {
  readonly file: LoopFile;
  readonly sizes: CorpusSizes;
  readonly rounds: readonly RoundCounts[];
}

/** @throws {ConfigurationError} for a bad loop file, or a profile that does not fit */
export async function planLoop(path: string): Promise<PlannedLoop> {
  const file = await readLoop(path);
  const { spec } = file.loop;
  await loopProfiles(file);
  const sizes: CorpusSizes = {
    rationales: spec.rationales ? await sizeOf(spec.rationales.corpus, file.baseDir) : null,
    start: spec.start.judge ? await sizeOf(spec.start.judge.corpus, file.baseDir) : null,
    batch: spec.batch ? await sizeOf(spec.batch.corpus, file.baseDir) : null,
    gold: spec.batch?.gold ? await sizeOf(spec.batch.gold.corpus, file.baseDir) : null,
    evaluations: Object.fromEntries(
      await Promise.all(
        spec.evaluations.map(async ({ name, corpus }) => [name, await sizeOf(corpus, file.baseDir)] as const),
      ),
    ),
  };
  return { file, sizes, rounds: countsOf(spec, sizes, await answersOf(file)) };
}

/** Counted where the files are on this machine; else what `limit` of the corpus declares, or null. */
async function sizeOf(spec: CorpusSpec, baseDir: string): Promise<Size | null> {
  const declared: Size | null = spec.limit === undefined ? null : { items: spec.limit, by: 'declared' };
  if (spec.uris.some((uri) => !['file', null].includes(schemeOf(uri)))) return declared;
  const corpus = openCorpus(baseDir, spec);
  try {
    await corpus.list(spec.uris);
  } catch {
    // Its files are elsewhere, or are still to come.
    return declared;
  }
  let items = 0;
  for await (const item of corpusItems(corpus, spec)) items += Number(item !== null);
  return { items, by: 'reading' };
}

/** Two responses, as those of nearly all pairs. */
const pair = ['one', 'other'];

async function answersOf({ loop, baseDir }: LoopFile): Promise<AnswersPerItem> {
  const given = { name: 'plan', spec: loop.spec, served: { judge: 'judge', prover: 'prover' }, out: 'out' };
  const definitions = (job: ReturnType<typeof labelJob>): Promise<StageDefinition[]> => definitionsOf({ job, baseDir });
  const [label, prove] = await definitions(labelJob(given, batchCorpus(['batch'])));
  const evaluations: Record<string, number> = {};
  for (const evaluation of loop.spec.evaluations) {
    const [stage] = await definitions(evaluationJob(given, evaluation));
    evaluations[evaluation.name] = stage ? mostAnswers(stage, pair) : 0;
  }
  return {
    votes: label ? mostAnswers(label, pair) : 0,
    candidates: prove ? mostAnswers(prove, pair) : 0,
    evaluations,
  };
}
