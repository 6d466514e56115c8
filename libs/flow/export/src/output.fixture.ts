/** A complete output in memory. */
import { type CommittedFile, type Row, sha256 } from '@proofmill/contract';
import { createJob, createStage, stageFolder } from '@proofmill/folder';
import { emptyTotals } from '@proofmill/stats';
import { judgeProfile, labelStage, memoryStore, proverProfile } from '@proofmill/test-kit';
import type { ExportedOutput } from './export-options.ts';

/** Asks with the question and both responses. */
export const askingProfile = judgeProfile({
  name: 'asking',
  messages: [{ role: 'user', template: '{{ question }} A: {{ response_a }} B: {{ response_b }}' }],
});

interface OutputOptions {
  readonly name: string;
  readonly rows: readonly Row[];
  /** Rows in so many files. */
  readonly files?: number;
  readonly profile?: typeof askingProfile;
  /** Names of its stages, of label and prove. */
  readonly stages?: readonly ('label' | 'prove')[];
  /** Input files. */
  readonly uris?: readonly string[];
}

export async function outputWith({
  name,
  rows,
  files = 1,
  profile = askingProfile,
  stages = ['label', 'prove'],
  uris = [],
}: OutputOptions): Promise<ExportedOutput> {
  const objects = new Map<string, Uint8Array>();
  const store = memoryStore(objects);
  const committed = (path: string, records: readonly object[]): CommittedFile => {
    const bytes = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    objects.set(path, bytes);
    return { path, bytes: bytes.length, sha256: sha256(bytes), count: records.length };
  };
  const label = labelStage();
  const prover = proverProfile();
  const pipeline = stages.map((stage) => ({ name: stage }));
  await createJob(stageFolder(store, stages[0] ?? 'label'), { name, pipeline, corpus: { uris } });
  if (stages.includes('label'))
    await createStage(
      stageFolder(store, 'label'),
      labelStage({ definition: { ...label.definition, profile } as typeof label.definition }),
    );
  const { engine, sampling } = label.definition;
  await createStage(
    stageFolder(store, 'prove'),
    labelStage({
      definition: {
        ...{ kind: 'prove', name: 'prove', profile: prover, engine, sampling, candidates: 1, attempts: 1 },
        ...{ select: 'first', selector: null },
      },
    }),
  );
  const shards = Array.from({ length: files }, (_, shard) => ({
    shard,
    rows: committed(
      `data/${shard}.jsonl`,
      rows.filter((_row, at) => at % files === shard),
    ),
    failures: committed(`failed/${shard}.jsonl`, []),
  }));
  const runs = stages.map((stage) => ({ stage, run: `${name}-${stage}`, totals: emptyTotals() }));
  const manifest = { v: 1 as const, job: name, runs, shards, totals: emptyTotals() };
  return { name, store, manifest, manifestSha256: sha256(JSON.stringify([name, rows.map(({ id }) => id).sort()])) };
}

/** A kept row whose first response is better; its rationale shows the first response first. */
export const rowOf = (at: number, more: Partial<Row> = {}): Row => ({
  ...{ id: `00000:${at}`, sourceId: null, source: { file: 'corpus.jsonl', line: at + 1 } },
  ...{ prompt: [{ role: 'user', content: `question ${at}` }], responses: [`right ${at}`, `wrong ${at}`] },
  ...{ gold: null, goldTied: [], winner: 0, tie: false, confidence: 0.75, confidenceOf: 'votes', decidedBy: 'judge' },
  ...{ sameAs: null, kept: true, keptReason: null, flags: [], votes: [], ranking: null, scores: null, carried: [] },
  rationale: { order: [0, 1], vote: 0, text: `reasons ${at}`, cut: false, secondTurnAt: null },
  ...{ proof: null, cascade: null, judge: null, prover: null, tokens: [] },
  ...more,
});
