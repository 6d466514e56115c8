/** Loops of small rounds, with a stand-in for the trainer and for the server of its weights. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type BatchFile, type RoundFile, type Row, sha256, type TrainedFile } from '@proofmill/contract';
import { createSimulator } from '@proofmill/simulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand, startCommand } from './command.ts';
import { recordsIn } from './commands.ts';
import { exampleCorpus } from './example.ts';
import { durable, type LoopOptions, type LoopScene, writeLoop } from './training/loop-scene.ts';
import { within } from './within.ts';

const timeout = 1_800_000;
const longMs = 600_000;
let root = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'proofmill-loop-'));
});
afterAll(() => rm(root, { recursive: true, force: true }), 120_000);

const sceneOf = (name: string, options?: LoopOptions): Promise<LoopScene> => writeLoop(join(root, name), options);
const runs = (words: readonly string[]) =>
  within(`${words[0]} ends`, runCommand({ name: words[0] ?? '', words, mark: root }), longMs);
const jsonOf = <Value>(path: string): Value => JSON.parse(readFileSync(path, 'utf8')) as Value;
const roundOf = ({ out }: LoopScene, folder: string): RoundFile => jsonOf(join(out, folder, 'ROUND.json'));
interface Line {
  readonly prompt?: { readonly content: string }[];
  readonly question?: string;
}
const linesOf = (path: string): Line[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

/** The parts of a loop file that tests change. */
interface LoopSpec {
  readonly judge: { engine: object };
  readonly prover: { readonly engine: { serve?: object } };
  readonly train: { timeoutSeconds?: number };
}

/** The processes that run in a folder: trainers and servers of a loop do. Their environment is closed, so they have no mark. */
const processesIn = (folder: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === folder;
      } catch {
        return false;
      }
    });

async function eventually(what: string, holds: () => boolean): Promise<void> {
  const until = performance.now() + longMs;
  while (!holds()) {
    if (performance.now() > until) throw new Error(`not within ${longMs / 1000} s: ${what}`);
    await pause(5);
  }
}

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

  test('is refused where nothing would run it: outside a pod, without an image, without a server', {
    timeout,
  }, async () => {
    const scene = await sceneOf('nowhere', { rounds: 0 });
    const outside = await runs(['loop', scene.loop, '--executor', 'kubernetes']);
    expect(outside).toMatchObject({ code: 2, stderr: expect.stringContaining('runs in the pod of a loop') });
    const pod = { PROOFMILL_LOOP_OWNER: 'batch/v1 Job mine 1234' };
    const words = ['loop', scene.loop, '--executor', 'kubernetes'];
    const bare = await within('loop ends', runCommand({ name: 'loop', words, mark: root, env: pod }), longMs);
    expect(bare).toMatchObject({ code: 2, stderr: expect.stringContaining('spec.train has no kubernetes') });
    const unserved = await sceneOf('unserved', {
      rounds: 0,
      edit: (spec) => {
        Object.assign(spec.judge as object, { engine: {} });
      },
    });
    const local = await runs(['loop', unserved.loop]);
    expect(local).toMatchObject({ code: 2, stderr: expect.stringContaining('spec.judge.engine says neither baseUrl') });
    expect(existsSync(join(unserved.out, 'round-000'))).toBe(false);
  });

  test('that names a corpus, a program or a variable that is missing is refused ahead of everything, and runs once that is corrected', {
    timeout,
  }, async () => {
    const options = (edit: LoopOptions['edit']): LoopOptions => ({ rounds: 1, votes: 1, ...(edit && { edit }) });
    const refusals: [NonNullable<LoopOptions['edit']>, string][] = [
      [
        (spec) => Object.assign(spec.batch as object, { corpus: { uris: ['batchs.jsonl'] } }),
        'batchs.jsonl matches no',
      ],
      [(spec) => Object.assign(spec.start as object, { judge: { corpus: { uris: ['x.csv'] } } }), 'x.csv matches no'],
      [(spec) => Object.assign(spec, { without: ['nothing*.csv'] }), 'nothing*.csv matches no'],
      [(spec) => Object.assign(spec.train as object, { versions: ['pip-of-nobody'] }), 'has a program pip-of-nobody'],
      [(spec) => Object.assign(spec.train as object, { command: ['./no.sh', '{out}'] }), './no.sh is no program'],
      [
        (spec) => Object.assign(spec.train as object, { environment: { TOKEN: { env: 'PROOFMILL_NOT_SET' } } }),
        'spec.train.environment: PROOFMILL_NOT_SET is to be passed on',
      ],
      [
        (spec) =>
          Object.assign(spec.prover as object, { engine: { serve: { command: ['vllm-of-nobody', '{model}'] } } }),
        'spec.prover.engine.serve: no folder of PATH has a program vllm-of-nobody',
      ],
    ];
    for (const [edit, sentence] of refusals) {
      const scene = await sceneOf('mistakes', options(edit));
      const refused = await runs(['loop', scene.loop]);
      expect(refused, sentence).toMatchObject({ code: 2, stderr: expect.stringContaining(sentence) });
      expect(readdirSync(scene.out).filter((name) => name !== '.proofmill')).toEqual([]);
    }
    const scene = await sceneOf('mistakes', options(undefined));
    const corrected = await runs(['loop', scene.loop, '--through', '0']);
    expect(corrected, corrected.stderr).toMatchObject({ code: 0 });

    const sound = await runs(['verify', scene.out]);
    expect(sound).toMatchObject({ code: 0, stdout: expect.stringContaining('the finished round is sound') });
    const set = join(scene.out, 'round-000/export');
    expect(await runs(['verify', set])).toMatchObject({ code: 0, stdout: expect.stringContaining('training set') });
    for (const [folder, sentence] of [
      [scene.out, 'is the folder of a loop'],
      [set, 'is an export of'],
    ] as const)
      expect(await runs(['rows', folder])).toMatchObject({ code: 2, stderr: expect.stringContaining(sentence) });
    const [file = ''] = readdirSync(join(set, 'data'));
    await rm(join(set, 'data', file));
    await appendFile(join(scene.out, 'round-000/batch/pairs.jsonl'), '\n');
    const { code, stdout } = await runs(['verify', scene.out]);
    expect([code, stdout]).toEqual([1, expect.stringContaining(`round-000/export/data/${file}: is missing`)]);
    expect(stdout).toContain('round-000/batch/pairs.jsonl: was changed after the batch was cut');
  });

  test('with a trainer that fails says what it printed, leaves nothing running, and continues with another command', {
    timeout,
  }, async () => {
    const scene = await sceneOf('broken', {
      rounds: 0,
      edit: (spec) => {
        spec.start = {};
        spec.train = { command: ['true', '{out}'] };
        spec.rationales = { corpus: { uris: ['reasons.jsonl'] }, text: ['why'], names: ['Response A', 'Response B'] };
        spec.start = { prover: { train: { command: ['sh', '-c', 'echo out of memory; exit 9', '{out}'] } } };
      },
    });
    const loop = await runs(['loop', scene.loop]);
    expect(loop, loop.stderr).toMatchObject({ code: 2 });
    expect(loop.stderr).toContain('the training of round 0 ended with exit code 9');
    expect(loop.stderr).toContain('out of memory');
    expect(processesIn(scene.folder)).toEqual([]);

    const smaller = ['sh', '-c', 'echo smaller batches > "$0/weights"', '{out}'];
    const text = await readFile(scene.loop, 'utf8');
    const { spec, ...file } = JSON.parse(text) as { spec: { start: { prover: { train: object } } } };
    spec.start.prover.train = { command: smaller };
    await writeFile(scene.loop, JSON.stringify({ ...file, spec }));
    const continued = await runs(['loop', scene.loop]);
    expect(continued, continued.stderr).toMatchObject({ code: 0 });
    expect(jsonOf<TrainedFile>(join(scene.out, 'round-000/prover-train/TRAINED.json')).command).toEqual(smaller);
    const steps = (await readFile(join(scene.out, 'log.jsonl'), 'utf8')).match(/"step":"[^"]*"/g);
    expect(steps).toEqual(['"step":"prover-export"', '"step":"prover-train"', '"step":"eval/held"']);
  });

  test('that is late, stopped, or killed together with its guard says so, and is resumed where it was', {
    timeout,
  }, async () => {
    const scene = await sceneOf('stops', { rounds: 0, votes: 1 });
    const words = ['loop', scene.loop];
    const file = await readFile(scene.loop, 'utf8');
    const edited = (edit: (spec: LoopSpec) => void): Promise<void> => {
      const loop = JSON.parse(file) as { spec: LoopSpec };
      edit(loop.spec);
      return writeFile(scene.loop, JSON.stringify(loop));
    };
    const nothingRuns = () => eventually('nothing runs', () => processesIn(scene.folder).length === 0);

    // A server that never lists its model, and a trainer that never ends.
    await edited(({ prover }) => {
      prover.engine.serve = { command: ['sleep', '600'], readyWithinSeconds: 1 };
    });
    const unready = await runs(words);
    expect(unready, unready.stderr).toMatchObject({ code: 75 });
    expect(unready.stderr).toMatch(/does not list the model scene-prover-0 after 1 s\. It printed nothing\./);
    expect(processesIn(scene.folder)).toEqual([]);
    const hold = join(scene.folder, 'hold-round-000');
    await writeFile(hold, '');
    await edited(({ train }) => {
      train.timeoutSeconds = 2;
    });
    const late = await runs(words);
    expect(late, late.stderr).toMatchObject({ code: 75 });
    expect(late.stderr).toContain('the training of round 0 has not ended within train.timeoutSeconds, 2 s');
    expect(processesIn(scene.folder)).toEqual([]);
    await writeFile(scene.loop, file);

    const checkpoint = join(scene.out, 'round-000/train/weights/checkpoint-1');
    const training = async () => {
      await rm(checkpoint, { recursive: true, force: true });
      const loop = startCommand({ name: 'loop', words, mark: root });
      await eventually('it trains', () => existsSync(checkpoint) || !loop.running);
      expect(loop.running, loop.stderr).toBe(true);
      return loop;
    };
    const stopped = await training();
    stopped.kill('SIGTERM');
    expect(await within('it stops', stopped.ended, longMs), stopped.stderr).toMatchObject({ code: 143 });
    expect(stopped.stderr).toContain('stopped; what is done stays done. To resume: npx proofmill loop');
    expect(processesIn(scene.folder)).toEqual([]);

    // Stopped, the loop does not see that its guard is gone, and dies without ending the trainer.
    const killed = await training();
    const guard = processesIn(scene.folder).find((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('\0-e\0'),
    );
    killed.kill('SIGSTOP');
    process.kill(Number(guard), 'SIGKILL');
    killed.kill('SIGKILL');
    await within('it dies', killed.ended, longMs);
    const [trainer] = processesIn(scene.folder);
    const refused = await runs(words);
    expect(refused, refused.stderr).toMatchObject({ code: 75 });
    expect(refused.stderr).toContain(`process ${trainer} still trains into`);
    process.kill(Number(trainer), 'SIGKILL');
    await nothingRuns();

    await rm(hold);
    const resumed = await runs(words);
    expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
    expect(roundOf(scene, 'round-000').judge.name).toBe('scene-judge-0');
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
        (spec.judge as LoopSpec['judge']).engine = { model: 'ours-{round}', baseUrl: first.url };
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
