/** Writes the reasons of people as a training set: as proofs for a prover, or as the answers of a reasoning judge. */
import {
  type Codec,
  ConfigurationError,
  type Corpus,
  carriedValue,
  columnsOf,
  type Item,
  type LoopSpec,
  outputPaths,
  type Profile,
  type Store,
  type TrainerName,
} from '@proofmill/contract';
import { BenchmarkHits, type BenchmarkPrompts, reasoningOf, setPath } from '@proofmill/export-rows';
import { createSame, encodeTable, objectBytes } from '@proofmill/folder';
import { proofOfRationale, rendererOf } from '@proofmill/judge';
import { rationaleText, reasonedAnswer } from '@proofmill/rounds';
import { measuredTexts } from './batch-text.ts';
import { corpusItems } from './corpus-items.ts';
import { createFile } from './create-file.ts';
import { leavesFor } from './cut-batch.ts';

export interface RationaleSet {
  readonly corpus: Corpus;
  readonly rationales: NonNullable<LoopSpec['rationales']>;
  /** The profile of the prover or of the judge: its prompt is asked, and its form is answered. */
  readonly profile: Profile;
  readonly trainer: TrainerName;
  /** The weights to train, for the files that load the set. */
  readonly model: string;
  readonly codec: Codec;
  /** What judges are measured on: nobody trains on it. */
  readonly measured: BenchmarkPrompts;
  readonly report: (sentence: string) => void;
}

/**
 * Writes the set below `folder`. The responses are shown in the order of the record, as those who wrote about them saw them: a text may say "the first one".
 * @throws {ConfigurationError} where no pair has a gold label and words about it, or where the better response is nearly always at the same place
 */
export async function writeRationaleSet(store: Store, folder: string, set: RationaleSet): Promise<void> {
  const counts = { rows: 0, firstIsBetter: 0, unusable: 0, evaluated: 0, sharedWords: 0 };
  const hits = new BenchmarkHits(set.measured.names);
  const form = reasoningOf(set.trainer);
  const path = setPath(form, { split: 'train', file: 0 }, { train: 1, test: 0 });
  const content = encodeTable(
    rowsOf(set, counts, hits),
    { format: form.format, columns: columnsOf(form.schema) },
    set.codec,
  );
  const { bytes, sha256 } = await createFile(store, `${folder}/${path}`, content);
  const benchmarks = hits.costs();
  const unusable = `${counts.unusable} without two responses, a gold label and a text in each of ${set.rationales.text.join(', ')}`;
  const left = [unusable, ...measuredTexts(counts, benchmarks)].join(', ');
  if (counts.rows === 0)
    throw new ConfigurationError(
      `spec.rationales: no record is left to train on: ${left}. Correct rationales.text, or name another corpus; then remove ${folder} from the folder of the loop`,
    );
  refuseOnePlace(counts);
  const encoder = new TextEncoder();
  const described = {
    model: set.model,
    hasMargin: false,
    splits: ['train'],
    files: { train: [path], test: [] },
  } as const;
  for (const [name, text] of Object.entries(form.glue(described)))
    await createSame(store, `${folder}/${name}`, encoder.encode(text));
  const files = [{ path, split: 'train', rows: counts.rows, bytes, sha256 }];
  await createSame(store, `${folder}/${outputPaths.manifest}`, objectBytes({ v: 1, ...counts, benchmarks, files }, 1));
  await createSame(store, `${folder}/${outputPaths.success}`, objectBytes({ v: 1 }));
  set.report(`reasons of people: ${counts.rows} rows; left out: ${left}`);
}

async function* rowsOf(
  set: RationaleSet,
  counts: { rows: number; firstIsBetter: number; unusable: number; evaluated: number; sharedWords: number },
  hits: BenchmarkHits,
): AsyncGenerator<object> {
  const { corpus, rationales, profile, trainer, measured } = set;
  const { rowOfAnswer } = reasoningOf(trainer);
  const render = rendererOf(profile);
  const spec = { ...rationales.corpus, carry: rationales.text };
  for await (const item of corpusItems(corpus, spec)) {
    if (item && leavesFor(measured, item, counts, hits)) continue;
    const answer = item && answerOf(item, set);
    if (!item || !answer) {
      counts.unusable += 1;
      continue;
    }
    counts.rows += 1;
    if (answer.letter === 'A') counts.firstIsBetter += 1;
    const shown = { item, order: [0, 1], ...(profile.purpose === 'prove' ? { winner: answer.letter } : {}) };
    yield rowOfAnswer(render(shown), answer.text);
  }
}

/** What is trained on pairs whose better response has one place learns the place. The share is ours. */
const mostAtOnePlace = 0.9;
/** Fewer may be at one place by chance. */
const fewRows = 20;

function refuseOnePlace({ rows, firstIsBetter }: { readonly rows: number; readonly firstIsBetter: number }): void {
  const atOnePlace = Math.max(firstIsBetter, rows - firstIsBetter);
  if (rows < fewRows || atOnePlace <= mostAtOnePlace * rows) return;
  const place = firstIsBetter * 2 > rows ? 'first' : 'second';
  throw new ConfigurationError(
    `spec.rationales: in ${atOnePlace} of ${rows} pairs the better response is the ${place} of the record, and whoever is trained on them learns the place, not the reason. Exchange the responses of every other record, with what its words call them, in a new corpus and a new loop`,
  );
}

/** What is to be answered about a pair; null where nobody said it. */
function answerOf(
  item: Item,
  { rationales, profile }: RationaleSet,
): { readonly letter: 'A' | 'B'; readonly text: string } | null {
  const { gold, responses, carried } = item;
  if (gold === null || responses.length !== 2) return null;
  const parts = rationales.text.map((path) => carriedValue(carried, path));
  const body = rationaleText(parts, rationales.names);
  // A tag would end the reasoning of the answer that is learned.
  if (body === null || /<\/?(?:think|answer)>/i.test(body)) return null;
  const letter = gold === 0 ? 'A' : 'B';
  if (profile.purpose !== 'prove') return { letter, text: reasonedAnswer(`\n${body}\n`, letter) };
  const { parse } = profile;
  const proof = parse.rule === 'proof' ? proofOfRationale(reasonedAnswer(` ${body} `, letter), parse) : null;
  return proof === null ? null : { letter, text: proof };
}
