/** Loops of small rounds, with a stand-in for the trainer and for the server of its weights. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BatchFile, type Row, sha256 } from '@proofmill/contract';
import { createSimulator } from '@proofmill/simulator';
import { describe, expect, test } from 'vitest';
import { startCommand } from './command.ts';
import { recordsIn } from './commands.ts';
import { exampleCorpus } from './example.ts';
import {
  eventually,
  jsonOf,
  longMs,
  processesIn,
  root,
  roundOf,
  runs,
  sceneOf,
  timeout,
} from './training/loop-runs.ts';
import { durable } from './training/loop-scene.ts';
import { within } from './within.ts';

interface Line {
  readonly prompt?: { readonly content: string }[];
  readonly question?: string;
}
const linesOf = (path: string): Line[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

/** What shows that a step has begun, in the order of the steps. */
const begun = [
  'round-000/eval-reference/held/.proofmill/label',
  'round-000/batch/pairs.jsonl',
  'round-000/prove/.proofmill/prove/plan',
  'round-000/export/.proofmill',
  'round-000/train/weights/checkpoint-1',
  'round-000/eval/held/.proofmill/label',
  'round-001/label-prove/.proofmill/label/journal',
  'round-001/label-prove/.proofmill/prove/plan',
  'round-001/held-out/.proofmill/label',
  'round-001/export/.proofmill',
  'round-001/train/weights/checkpoint-1',
  'round-001/eval/held/.proofmill/label/journal',
  'round-001/ROUND.json',
  'round-002/label-prove/.proofmill/label',
  'round-002/train/weights/checkpoint-1',
];

describe.skipIf(process.platform !== 'linux')('a loop', () => {
  test('that is killed in each step leaves the rounds, rows, sets and weights of an undisturbed one, byte for byte, and no process', {
    timeout,
  }, async () => {
    const scene = await sceneOf('rounds', {
      leaked: 5,
      edit: (spec) => {
        spec.without = ['bench*.csv'];
        Object.assign(spec.batch as object, { gold: { corpus: { uris: ['gold.jsonl'] } } });
      },
    });
    const words = ['loop', scene.loop];
    const whole = await runs(words);
    expect(whole, whole.stderr).toMatchObject({ code: 0 });
    const undisturbed = await durable(scene.out);
    const aside = `${scene.out}-undisturbed`;
    await rename(scene.out, aside);

    // A training ends once it was killed: a kill that comes late passes none.
    const holdOf = (round: string): string => join(scene.folder, `hold-${round}`);
    for (const round of ['round-000', 'round-001', 'round-002']) await writeFile(holdOf(round), '');
    for (const path of begun) {
      const isTraining = path.includes('checkpoint');
      const loop = startCommand({ name: 'loop', words, mark: root });
      await eventually(path, () => existsSync(join(scene.out, path)) || !loop.running);
      expect(loop.running, `${path}\n${loop.stderr}`).toBe(true);
      if (isTraining) expect(processesIn(scene.folder)).not.toEqual([]);
      loop.kill('SIGKILL');
      expect(await loop.ended).toMatchObject({ signal: 'SIGKILL' });
      await eventually(`nothing runs after a kill at ${path}`, () => processesIn(scene.folder).length === 0);
      if (isTraining) await rm(holdOf(path.split('/')[0] ?? ''));
    }
    const resumed = await runs(words);
    expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
    expect(await durable(scene.out)).toEqual(undisturbed);

    const rounds = ['round-000', 'round-001', 'round-002'].map((folder) => roundOf(scene, folder));
    expect(rounds.map(({ trainingSet }) => trainingSet?.rounds)).toEqual([[0], [0, 1], [0, 1, 2]]);
    expect(rounds.map(({ judge }) => judge.name)).toEqual(['scene-judge-0', 'scene-judge-1', 'scene-judge-2']);
    expect(rounds[2]?.labels?.judge?.name).toBe('scene-judge-1');
    expect(rounds[2]?.parent?.sha256).toBe(sha256(await readFile(join(scene.out, 'round-001/ROUND.json'))));
    const [first = 0, , last = 0] = rounds.map(({ evaluations }) => evaluations[0]?.value);
    expect(last).toBeGreaterThan(first);
    expect(rounds.map(({ referenceEvaluations }) => referenceEvaluations.map(({ name }) => name))).toEqual([
      ['held'],
      [],
      [],
    ]);
    expect(first).toBeGreaterThan(rounds[0]?.referenceEvaluations[0]?.value ?? 1);

    // No prompt is in two batches, nor in one and in the evaluation or the seed data. Held-out gold of its own is the same in each.
    const files = [
      'round-000/batch/pairs.jsonl',
      ...['round-001', 'round-002'].flatMap((round) => [`${round}/batch/pairs.jsonl`, `${round}/batch/held-out.jsonl`]),
    ];
    const questions = linesOf(join(scene.folder, 'gold.jsonl')).map(({ question }) => question);
    const prompts = files.map((file) => {
      const found = linesOf(join(scene.out, file)).map(({ prompt }) => prompt?.[0]?.content);
      return new Set(found.filter((content) => !questions.includes(content)));
    });
    expect(new Set(prompts.flatMap((set) => [...set])).size).toBe(prompts.reduce((sum, { size }) => sum + size, 0));
    const batches = ['round-001', 'round-002'].map((folder) =>
      jsonOf<BatchFile>(join(scene.out, folder, 'batch/BATCH.json')),
    );
    expect(batches.reduce((sum, { counts }) => sum + counts.evaluated, 0)).toBeGreaterThan(0);
    expect(batches.reduce((sum, { counts }) => sum + counts.started, 0)).toBeGreaterThan(0);
    // All of them have one prompt, so they are in one part.
    expect(batches.map(({ benchmarks }) => benchmarks['benchmark.csv']?.words).sort()).toEqual([0, 5]);
    for (const [index, { heldOut }] of rounds.slice(1).entries()) {
      const counts = batches[index]?.counts;
      expect(counts?.gold).toBe(12);
      expect(heldOut?.all.rows).toBe(12 + (counts?.heldOut ?? 0));
      expect(heldOut?.kept.rows).toBeGreaterThan(0);
    }

    expect(await runs(['verify', '--deep', scene.out])).toMatchObject({ code: 0 });
    await writeFile(join(scene.out, 'round-001/train/weights/weights.json'), '{}');
    const verdict = await runs(['verify', scene.out]);
    expect(verdict).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('round-001/train/weights: holds other weights'),
    });
    expect((await runs(['status', scene.out])).stdout).toMatch(/round-002 .* %/);
    const page = join(scene.folder, 'page');
    expect(await runs(['report', scene.out, '--to', page])).toMatchObject({ code: 0 });
    expect(await readFile(join(page, 'ROUNDS.md'), 'utf8')).toMatch(/\| reference \|.*\| round 0 \|.*\| round 2 \|/s);
    expect(readdirSync(page).sort()).toEqual(['ROUNDS-held.svg', 'ROUNDS.md']);
    // What is there may be somebody's.
    expect(await runs(['report', scene.out, '--to', page])).toMatchObject({ code: 2 });
  });

  test('whose gate fails ends with 3, again and again, and the parent stays the judge to serve', {
    timeout,
  }, async () => {
    const worse = { rounds: 1, gate: { metric: 'held', notBelowParent: { alpha: 0.05 } } };
    const scene = await sceneOf('gate', {
      ...worse,
      cap: '0.05',
      edit: (spec) => {
        const { command } = spec.train as { command: string[] };
        Object.assign((spec.start as { judge: object }).judge, {
          train: { command: [...command.slice(0, -1), '0.97', '0.97'] },
        });
      },
    });
    const first = await runs(['loop', scene.loop]);
    expect(first, first.stderr).toMatchObject({ code: 3 });
    expect(first.stderr).toContain('the gate after round 1 has failed: the judge is below its parent by');
    expect(first.stderr).toContain('stays ');
    expect(first.stderr).toContain('round-000/train/weights');
    expect(roundOf(scene, 'round-001').gate).toMatchObject({ passed: false, alpha: 0.05 });
    const before = await durable(scene.out);
    expect(await runs(['loop', scene.loop])).toMatchObject({ code: 3, stderr: expect.stringContaining('has failed') });
    expect(await durable(scene.out)).toEqual(before);

    // Another gate and more rounds change nothing that is done; other votes would.
    const file = jsonOf<{ spec: Record<string, unknown> }>(scene.loop);
    await writeFile(scene.loop, JSON.stringify({ ...file, spec: { ...file.spec, rounds: 2, gate: undefined } }));
    expect(await runs(['loop', scene.loop])).toMatchObject({ code: 3 });
    await writeFile(scene.loop, JSON.stringify(file).replace('"votes":{"max":3}', '"votes":{"max":5}'));
    const changed = await runs(['loop', scene.loop]);
    expect(changed, changed.stderr).toMatchObject({ code: 2 });
    expect(changed.stderr).toContain('judge.stage.votes.max: 3 -> 5');
  });

  test('trains the prover on what people wrote, and the last judge too', { timeout }, async () => {
    const scene = await sceneOf('people', {
      rounds: 0,
      edit: (spec) => {
        spec.rationales = { corpus: { uris: ['reasons.jsonl'] }, text: ['why'], names: ['Response A', 'Response B'] };
        Object.assign(spec.start as object, { prover: { train: spec.train } });
        spec.final = { train: spec.train };
        spec.export = { for: 'gram' };
      },
    });
    const loop = await runs(['loop', scene.loop]);
    expect(loop, loop.stderr).toMatchObject({ code: 0 });
    type Row = { instruction: string; output: string };
    const rowsOf = (folder: string): Row[] =>
      linesOf(join(scene.out, folder, 'train/train-00000-of-00001.jsonl')) as unknown as Row[];
    for (const { instruction, output } of rowsOf('round-000/prover-export')) {
      const letter = /Response ([AB]) is better\.$/.exec(instruction)?.[1];
      expect(output).toMatch(/^Here is my justification .* Thus, Response [AB] is better\.$/s);
      expect(output).toContain(`Thus, Response ${letter} is better.`);
    }
    // What people said, what was proved, and what people said in the judge's form: the same trainer loads all three.
    for (const set of ['round-000/prover-export', 'round-000/export', 'final/export'])
      expect(readdirSync(join(scene.out, set))).toEqual(
        expect.arrayContaining(['_SUCCESS', 'dataset_info.json', 'sft.yaml', 'train']),
      );
    const answers = rowsOf('final/export').map(({ output }) => output);
    expect(answers).toHaveLength(24);
    for (const answer of answers) expect(answer).toMatch(/^<think>\n.*\n<\/think>\n<answer>\n[AB]\n<\/answer>$/s);
    expect(roundOf(scene, 'final')).toMatchObject({ step: 'final', round: 1, judge: { name: 'scene-judge-1' } });
    expect(roundOf(scene, 'round-000').prover).toMatchObject({ name: 'scene-prover-0', round: 0 });
  });

  test('that is asked for one round ends with 0 after it, and goes no further', { timeout }, async () => {
    const scene = await sceneOf('through', { rounds: 1 });
    const loop = await runs(['loop', scene.loop, '--through', '0']);
    expect(loop, loop.stderr).toMatchObject({ code: 0 });
    expect(loop.stderr).toContain('round 0 is done, and --through asks for no later one');
    expect(loop.stderr).not.toContain('is complete');
    expect(existsSync(join(scene.out, 'round-000/ROUND.json'))).toBe(true);
    expect(existsSync(join(scene.out, 'round-001'))).toBe(false);
  });

  test('whose engine somebody else serves waits for the weights of each round under their name', {
    timeout,
  }, async () => {
    const goldFiles = [exampleCorpus];
    const serve = async (model: string, port: number) => {
      const simulator = createSimulator({ model, goldFiles });
      const { url } = await simulator.listen({ host: '127.0.0.1', port });
      return { simulator, url };
    };
    const first = await serve('ours-0', 0);
    const scene = await sceneOf('elsewhere', {
      rounds: 1,
      votes: 1,
      edit: (spec) => {
        delete spec.prover;
        spec.start = {};
        (spec.judge as { engine: object }).engine = { model: 'ours-{round}', baseUrl: first.url };
      },
    });
    const loop = startCommand({ name: 'loop', words: ['loop', scene.loop], mark: root });
    const trained = join(scene.out, 'round-001/train/TRAINED.json');
    await eventually('it has trained', () => existsSync(trained) || !loop.running);
    expect(loop.running, loop.stderr).toBe(true);
    await first.simulator.close();
    const second = await serve('ours-1', Number(new URL(first.url).port));
    expect(await within('it ends', loop.ended, longMs), loop.stderr).toMatchObject({ code: 0 });
    expect(second.simulator.log().requests).toBeGreaterThan(0);
    await second.simulator.close();
    const { evaluations, labels } = roundOf(scene, 'round-001');
    expect(labels?.judge?.name).toBe('base-weights');
    expect(evaluations[0]?.comparisons).toBeGreaterThan(0);
    const [row] = recordsIn<Row>((await runs(['rows', join(scene.out, 'round-001/eval/held')])).stdout);
    expect(row?.judge?.model).toBe('ours-1');
  });
});
