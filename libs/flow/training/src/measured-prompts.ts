/**
 * The prompts that a loop measures judges on: those of its evaluations, of its held-out gold, and of the benchmarks that it names. What measures wins
 * over what is trained on: a record with such a prompt, or with thirteen words in a row of one, is in no batch and no training set.
 */
import { ConfigurationError, type Item } from '@proofmill/contract';
import { BenchmarkPrompts } from '@proofmill/export-rows';
import { type CorpusSpec, corpusItems } from './corpus-items.ts';
import { isHeldOutGold } from './cut-batch.ts';
import type { RoundContext } from './round-context.ts';

/** @throws {ConfigurationError} where a corpus that is to measure has no gold label: no figure could come of it */
export async function measuredPrompts({
  loop,
  ports,
}: Pick<RoundContext, 'loop' | 'ports'>): Promise<BenchmarkPrompts> {
  const { evaluations, batch, without } = loop.spec;
  const prompts = new BenchmarkPrompts();
  const add = async (name: string, spec: CorpusSpec, measures: (item: Item) => boolean): Promise<void> => {
    let [read, labelled] = [0, 0];
    for await (const item of corpusItems(ports.corpus(spec, null), spec)) {
      read += 1;
      if (item) prompts.add(name, item.prompt);
      if (item && measures(item)) labelled += 1;
    }
    if (labelled > 0) return;
    throw new ConfigurationError(
      `${name}: none of its ${read} records has a gold label that it can be measured by. Name the columns that hold it in corpus.fields, or another corpus`,
    );
  };
  // What a benchmark measures is known by its name.
  for (const { name, corpus } of evaluations)
    await add(`evaluation ${name}`, corpus, ({ gold, goldTied }) =>
      corpus.benchmark === undefined ? gold !== null || (goldTied ?? []).length > 0 : true,
    );
  if (batch?.gold) await add('batch.gold', batch.gold.corpus, isHeldOutGold);
  if (without) for await (const { file, prompt } of ports.promptsIn(without)) prompts.add(file, prompt);
  return prompts;
}
