import type { Corpus, Item, LoopSpec } from '@proofmill/contract';
import { recogniseBenchmark, recogniseRecord } from '@proofmill/corpus';

/** `spec.corpus` of a job, or a corpus of a loop. */
export type CorpusSpec = LoopSpec['evaluations'][number]['corpus'];

/** The items of a corpus in order; null for a record that is none. A limit counts records, as in a job. */
export async function* corpusItems(corpus: Corpus, spec: CorpusSpec): AsyncGenerator<Item | null> {
  const limit = spec.limit ?? Number.POSITIVE_INFINITY;
  let taken = 0;
  for (const input of await corpus.list(spec.uris)) {
    for await (const group of corpus.records(input)) {
      for (const raw of group) {
        const source = { file: input.uri, line: raw.line };
        for (const item of 'problem' in raw ? [null] : itemsOf(raw, source, spec)) {
          if (taken >= limit) return;
          taken += 1;
          yield item;
        }
      }
    }
  }
}

type Value = Extract<Parameters<typeof recogniseRecord>[2], object>;

/** A record of a benchmark may be several items. */
function itemsOf(
  { value, written }: { readonly value: unknown; readonly written?: Value['written'] },
  source: Item['source'],
  spec: CorpusSpec,
): (Item | null)[] {
  const place = { source, carry: spec.carry, written };
  if (spec.benchmark === undefined) {
    const read = recogniseRecord(value, spec.fields, place);
    return ['problem' in read ? null : read.item];
  }
  const read = recogniseBenchmark(value, spec.benchmark, place);
  return 'problem' in read ? [null] : [...read.items];
}
