/** What a stage plans: the records of the corpus, or the rows of the stage before. */
import {
  type Corpus,
  type FailedOutcome,
  type Failure,
  failureSchema,
  type Input,
  IntegrityError,
  type Item,
  itemDigest,
  type Job,
  type PackLine,
  type Row,
  rowSchema,
  type Source,
  type StageDefinition,
  type StagePaths,
  type Store,
} from '@proofmill/contract';
import { recogniseRecord } from '@proofmill/corpus';
import { readEnd, readManifest } from '@proofmill/plan';

export interface PlannedRecord {
  readonly source: Source;
  /** Its size in the corpus, which decides where shards end. */
  readonly bytes: number;
  /** The record ends its shard. Undefined: the size decides. */
  readonly endsShard?: boolean;
  /** What was recognised in it, for people. */
  readonly flavour?: string;
  line(index: number): PackLine;
}

/** A record that is decided at planning. */
export const failedAtPlanning = (code: string, message: string): FailedOutcome => ({
  type: 'failed',
  class: code,
  message,
  answers: [],
  votes: [],
  tokens: { prompt: 0, completion: 0 },
});

/** The records of the corpus in order, at most `limit`, as the job's first stage asks about them. */
export async function* corpusRecords(
  corpus: Corpus,
  inputs: readonly Input[],
  spec: Job['spec']['corpus'],
  first: StageDefinition,
): AsyncGenerator<PlannedRecord> {
  let left = spec.limit ?? Number.POSITIVE_INFINITY;
  for (const input of inputs) {
    for await (const group of corpus.records(input)) {
      for (const raw of group) {
        if (left <= 0) return;
        left -= 1;
        const source: Source = { file: input.uri, line: raw.line };
        const read = 'problem' in raw ? { problem: raw.problem } : recogniseRecord(raw.value, spec.fields, { source });
        yield recordOf(read, source, raw.bytes, first);
      }
    }
  }
}

/** More comparisons than these would not fit one outcome with their votes. */
const MAX_RESPONSES = { knockout: 256, linear: 256, 'round-robin': 32 } as const;

function recordOf(
  read: ReturnType<typeof recogniseRecord>,
  source: Source,
  bytes: number,
  first: StageDefinition,
): PlannedRecord {
  if ('problem' in read)
    return decidedRecord(source, bytes, null, failedAtPlanning(read.problem.class, read.problem.message));
  const { item, flavour } = read;
  const refusal = refusalOf(item, first);
  if (refusal) return { ...decidedRecord(source, bytes, item.sourceId, refusal), flavour };
  const winner = first.kind === 'prove' ? item.gold : null;
  return {
    source,
    bytes,
    flavour,
    line: (index) => ({ ask: true, index, digest: itemDigest(item, winner), item, prior: null }),
  };
}

/** Why an item that was read cannot be asked about; null where it can. */
function refusalOf({ responses, gold }: Item, first: StageDefinition): FailedOutcome | null {
  if (first.kind === 'prove') {
    return gold === null
      ? failedAtPlanning(
          'no-gold',
          'it has no gold label, and no stage of the job makes one: there is nothing to prove',
        )
      : null;
  }
  const most = MAX_RESPONSES[first.ranking];
  if (responses.length <= most) return null;
  return failedAtPlanning(
    'too-many-responses',
    `it has ${responses.length} responses; the ranking ${first.ranking} takes ${most} at most`,
  );
}

const decidedRecord = (
  source: Source,
  bytes: number,
  sourceId: string | null,
  decided: FailedOutcome,
): PlannedRecord => ({
  source,
  bytes,
  line: (index) => ({ ask: false, index, source, sourceId, decided, prior: null }),
});

/** The records of the stage before, shard by shard, in index order: those with a label that is kept are asked about. */
export async function* priorRecords(store: Store, before: StagePaths): AsyncGenerator<PlannedRecord> {
  const end = await readEnd(store, before);
  if (!end) throw new IntegrityError(`${before.end} is missing: the stage before is not complete`);
  for (let shard = 0; shard < end.shards; shard += 1) {
    const manifest = await readManifest(store, before, shard);
    if (!manifest) throw new IntegrityError(`${before.manifest(shard)} is missing: the stage before is not complete`);
    const rows = jsonLines(store, manifest.rows.path, (value) => rowSchema.parse(value));
    const failures = jsonLines(store, manifest.failures.path, (value) => failureSchema.parse(value));
    let row = await rows.next();
    let failure = await failures.next();
    while (!row.done || !failure.done) {
      const takeRow = !row.done && (failure.done || indexOf(row.value.id) < indexOf(failure.value.id));
      const prior: Row | Failure | undefined = takeRow ? row.value : failure.value;
      if (takeRow) row = await rows.next();
      else failure = await failures.next();
      if (prior) yield priorRecord(prior, row.done === true && failure.done === true);
    }
  }
}

const indexOf = (id: string): number => Number(id.slice(id.indexOf(':') + 1));

function priorRecord(prior: Row | Failure, endsShard: boolean): PlannedRecord {
  const { source, sourceId } = prior;
  const common = { source, bytes: 0, endsShard };
  if (!('responses' in prior)) {
    const decided = { type: 'skipped' as const, reason: `failed in stage ${prior.stage}` };
    return { ...common, line: (index) => ({ ask: false, index, source, sourceId, decided, prior }) };
  }
  if (!prior.kept || prior.winner === null) {
    const decided = { type: 'skipped' as const, reason: `not kept: ${prior.keptReason ?? 'no winner'}` };
    return { ...common, line: (index) => ({ ask: false, index, source, sourceId, decided, prior }) };
  }
  const { prompt, responses, gold, winner } = prior;
  const item = { sourceId, source, prompt, responses, gold };
  return { ...common, line: (index) => ({ ask: true, index, digest: itemDigest(item, winner), item, prior }) };
}

async function* jsonLines<Value>(
  store: Store,
  path: string,
  parse: (value: unknown) => Value,
): AsyncGenerator<Value, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const bytes of store.stream(path)) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield parse(JSON.parse(line));
  }
  if (rest !== '') throw new IntegrityError(`${path} does not end with a line feed`);
  return undefined;
}
