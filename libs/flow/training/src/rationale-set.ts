/** Writes the reasons of people as a training set: as proofs for a prover, or as the answers of a reasoning judge. */
import {
  ConfigurationError,
  type Corpus,
  carriedValue,
  type Item,
  type LoopSpec,
  outputPaths,
  type Profile,
  type Store,
} from '@proofmill/contract';
import { createSame, objectBytes } from '@proofmill/folder';
import { proofOfRationale, rendererOf } from '@proofmill/judge';
import { promptNumber, rationaleText, reasonedAnswer } from '@proofmill/rounds';
import { corpusItems } from './corpus-items.ts';
import { createLines } from './create-lines.ts';
import { type LoopTrainer, setGlue, setPath, setRow } from './set-form.ts';

export interface RationaleSet {
  readonly corpus: Corpus;
  readonly rationales: NonNullable<LoopSpec['rationales']>;
  /** The profile of the prover or of the judge: its prompt is asked, and its form is answered. */
  readonly profile: Profile;
  readonly trainer: LoopTrainer;
  /** Numbers of the prompts of all evaluations: nobody trains on them. */
  readonly evaluated: ReadonlySet<number>;
}

/**
 * Writes the set below `folder`. The two orders of the responses take turns, from pair to pair.
 * @throws {ConfigurationError} where no pair has a gold label and words about it
 */
export async function writeRationaleSet(store: Store, folder: string, set: RationaleSet): Promise<void> {
  const counts = { rows: 0, leftOut: 0 };
  const path = setPath(set.trainer);
  const { bytes, sha256 } = await createLines(store, `${folder}/${path}`, rowsOf(set, counts));
  if (counts.rows === 0)
    throw new ConfigurationError(
      `spec.rationales: none of ${counts.leftOut} records has two responses, a gold label, a text in each of ${set.rationales.text.join(', ')}, and a prompt that no evaluation has. Correct rationales.text, or name another corpus; then remove ${folder} from the folder of the loop`,
    );
  const encoder = new TextEncoder();
  for (const [name, text] of Object.entries(setGlue(set.trainer)))
    await createSame(store, `${folder}/${name}`, encoder.encode(text));
  const manifest = { v: 1, ...counts, files: [{ path, split: 'train', rows: counts.rows, bytes, sha256 }] };
  await createSame(store, `${folder}/${outputPaths.manifest}`, objectBytes(manifest, 1));
  await createSame(store, `${folder}/${outputPaths.success}`, objectBytes({ v: 1 }));
}

async function* rowsOf(set: RationaleSet, counts: { rows: number; leftOut: number }): AsyncGenerator<object> {
  const { corpus, rationales, profile, trainer, evaluated } = set;
  const render = rendererOf(profile);
  const spec = { ...rationales.corpus, carry: rationales.text };
  for await (const item of corpusItems(corpus, spec)) {
    const order = counts.rows % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
    const answer = item && !evaluated.has(promptNumber(item.prompt)) ? answerOf(item, order, set) : null;
    if (!item || !answer) {
      counts.leftOut += 1;
      continue;
    }
    counts.rows += 1;
    const shown = { item, order: [...order], ...(profile.purpose === 'prove' ? { winner: answer.letter } : {}) };
    yield setRow(trainer, render(shown), answer.text);
  }
}

/** What is to be answered about a pair; null where nobody said it. */
function answerOf(
  item: Item,
  order: readonly [number, number],
  { rationales, profile }: RationaleSet,
): { readonly letter: 'A' | 'B'; readonly text: string } | null {
  const { gold, responses, carried } = item;
  if (gold === null || responses.length !== 2) return null;
  const parts = rationales.text.map((path) => carriedValue(carried, path));
  const body = rationaleText(parts, rationales.names, order);
  // A tag would end the reasoning of the answer that is learned.
  if (body === null || /<\/?(?:think|answer)>/i.test(body)) return null;
  const letter = order[0] === gold ? 'A' : 'B';
  if (profile.purpose !== 'prove') return { letter, text: reasonedAnswer(`\n${body}\n`, letter) };
  const { parse } = profile;
  const proof = parse.rule === 'proof' ? proofOfRationale(reasonedAnswer(` ${body} `, letter), parse) : null;
  return proof === null ? null : { letter, text: proof };
}
