import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AskedLine,
  type DoneOutcome,
  itemDigest,
  type Judgment,
  keepEverything,
  type Message,
  type Profile,
  stageDefinitionSchema,
} from '@proofmill/contract';
import { readProfile } from '@proofmill/coordinator';
import { askerOf, verdictReaderOf } from '@proofmill/judge';
import { askToOutcome } from '@proofmill/work';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const folder = process.env.PROOFMILL_BENCHMARKS;
const file = join(folder ?? '.', 'judgebench-claude.arena-hard.claude-3-haiku.jsonl');
const skipReason =
  folder === undefined
    ? 'PROOFMILL_BENCHMARKS is not set; give it the folder of the benchmark files'
    : existsSync(file)
      ? null
      : `${file} does not exist`;

const recordSchema = z.object({
  question: z.string(),
  response_A: z.string(),
  response_B: z.string(),
  label: z.enum(['A>B', 'B>A']),
  judgments: z
    .array(z.object({ judgment: z.object({ response: z.string() }), decision: z.string().nullable() }))
    .length(2),
});
type BenchmarkRecord = z.infer<typeof recordSchema>;

const readRecords = async (): Promise<BenchmarkRecord[]> =>
  (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => recordSchema.parse(JSON.parse(line)));

const decisions: Record<Judgment, string | null> = { first: 'A>B', second: 'B>A', tie: 'A=B', invalid: null };

const answerOf = (response: string) => ({ content: response, reasoning: '', finishReason: 'stop' });

/** The label of a pair from its two recorded answers, by a stage that asks once in each order. */
async function labelOf(record: BenchmarkRecord, profile: Profile): Promise<DoneOutcome['label'] | null> {
  const definition = stageDefinitionSchema.parse({
    kind: 'label',
    name: 'label',
    // The prompt makes no difference to how the recorded answers are read.
    profile: { ...profile, messages: [{ role: 'user', template: '{{ response_a }}' }] },
    engine: { model: 'claude-3-haiku', revision: null },
    sampling: { temperature: 0, topP: 1, maxTokens: 4096, seed: 0 },
    votes: { max: 2, orders: 'both', stop: 'none', reasks: 0, logprobs: false },
    ranking: 'knockout',
    keep: keepEverything,
    first: null,
  });
  const prompt: Message[] = [{ role: 'user', content: record.question }];
  const responses = [record.response_A, record.response_B];
  const item = { sourceId: null, source: { file: 'judgebench', line: 1 }, prompt, responses, gold: null };
  const line: AskedLine = { ask: true, index: 0, digest: itemDigest(item), item, prior: null };
  const outcome = await askToOutcome(askerOf(definition)(line), {
    maxAnswers: 8,
    async answer({ order }) {
      const recorded = record.judgments[order[0] === 0 ? 0 : 1];
      const choices = [answerOf(recorded?.judgment.response ?? '')];
      return { kind: 'chat', model: 'm', choices, promptTokens: 0, completionTokens: 0 };
    },
  });
  return outcome.type === 'done' ? outcome.label : null;
}

describe.skipIf(skipReason)(
  `JudgeBench, claude-3-haiku asked with arena-hard${skipReason ? ` (skipped: ${skipReason})` : ''}`,
  () => {
    it('reads all 540 recorded decisions as they were published', async () => {
      const { parse } = await readProfile('arena-hard', '.');
      if (parse.rule !== 'bracketed') throw new Error(`arena-hard answers with ${parse.rule}`);
      const reader = verdictReaderOf(parse);
      const records = await readRecords();
      const wrong = records.flatMap(({ judgments }, index) =>
        judgments.flatMap(({ judgment, decision }, order) => {
          const read = decisions[reader.read(answerOf(judgment.response)).judgment];
          return read === decision ? [] : [`record ${index + 1}, order ${order}: read ${read}, published ${decision}`];
        }),
      );
      expect(records).toHaveLength(270);
      expect(wrong).toEqual([]);
    });

    it('reaches the published 87 of 270 with both orders', async () => {
      const profile = await readProfile('arena-hard', '.');
      const records = await readRecords();
      const identical = records.filter((record) => record.response_A === record.response_B).length;
      const labels = await Promise.all(records.map((record) => labelOf(record, profile)));
      const right = records.filter(({ label }, at) => labels[at]?.winner === (label === 'A>B' ? 0 : 1)).length;
      expect(right).toBe(87);
      expect(identical, 'a pair of equal texts is a tie without a request').toBe(1);
    });
  },
);
