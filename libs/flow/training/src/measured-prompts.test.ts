import { type Corpus, type TrainingLoop, trainingLoopSchema } from '@proofmill/contract';
import { expect, it } from 'vitest';
import { corpusOf, pair } from './corpus.fixture.ts';
import type { LoopPorts } from './loop-ports.ts';
import { measuredPrompts } from './measured-prompts.ts';

const engine = { baseUrl: 'simulator:' };

function loopWith(spec: object): TrainingLoop {
  return trainingLoopSchema.parse({
    ...{ apiVersion: 'proofmill.dev/v1alpha1', kind: 'TrainingLoop', metadata: { name: 'loop' } },
    spec: {
      rounds: 1,
      judge: { weights: 'base', stage: { judge: 'gram-r2' }, engine },
      batch: { corpus: { uris: ['batch'] }, items: 1, gold: { corpus: { uris: ['gold'] } } },
      evaluations: [{ name: 'held', corpus: { uris: ['held'] } }],
      train: { command: ['train', '{out}'] },
      output: { uri: 'out' },
      ...spec,
    },
  });
}

/** The records of each corpus, by its first file. */
const portsOf = (corpora: Readonly<Record<string, readonly object[]>>): LoopPorts =>
  ({
    corpus: ({ uris }): Corpus => corpusOf(corpora[uris[0] ?? ''] ?? []),
    async *promptsIn(files) {
      for (const file of files) yield { file: `${file}.csv`, prompt: [{ role: 'user', content: `of ${file}` }] };
    },
  }) as Partial<LoopPorts> as LoopPorts;

const labelled = (prompt: string) => pair(prompt, { ratings: [1, 0] });
const ask = (content: string) => [{ role: 'user', content }];

it('prompts of evaluations, of held-out gold and of named benchmarks are measured, each under its name', async () => {
  const ports = portsOf({ held: [labelled('one'), pair('two')], gold: [labelled('three')], batch: [pair('four')] });
  const measured = await measuredPrompts({ loop: loopWith({ without: ['bench'] }), ports });
  const found = ['one', 'two', 'three', 'four', 'of bench'].map(
    (content) => measured.find(ask(content))?.benchmark ?? null,
  );
  expect(found).toEqual(['evaluation held', 'evaluation held', 'batch.gold', null, 'bench.csv']);
});

it('what has no gold label measures nothing, and is refused; for an evaluation a tie is one', async () => {
  const tied = pair('tied', { ratings: [1, 1] });
  const measure = (corpora: Parameters<typeof portsOf>[0]) =>
    measuredPrompts({ loop: loopWith({}), ports: portsOf(corpora) });
  await expect(measure({ held: [pair('one'), {}], gold: [labelled('two')] })).rejects.toThrow(
    'evaluation held: none of its 2 records has a gold label',
  );
  await expect(measure({ held: [tied], gold: [pair('one'), tied] })).rejects.toThrow(
    'batch.gold: none of its 2 records has a gold label',
  );
  await expect(measure({ held: [tied], gold: [labelled('one')] })).resolves.toBeDefined();
});
