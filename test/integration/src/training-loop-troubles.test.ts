/** Loops that are refused, fail, are late or are stopped, with a stand-in for the trainer and for the server of its weights. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainedFile } from '@proofmill/contract';
import { describe, expect, test } from 'vitest';
import { startCommand } from './command.ts';
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
import type { LoopOptions } from './training/loop-scene.ts';
import { within } from './within.ts';

/** The parts of a loop file that tests change. */
interface LoopSpec {
  readonly prover: { readonly engine: { serve?: object } };
  readonly train: { timeoutSeconds?: number };
}

describe.skipIf(process.platform !== 'linux')('a loop', () => {
  test('is refused where nothing would run it: outside a pod, without an image, without a server', {
    timeout,
  }, async () => {
    const scene = await sceneOf('nowhere', { rounds: 0 });
    const outside = await runs(['loop', scene.loop, '--executor', 'kubernetes']);
    expect(outside).toMatchObject({ code: 2, stderr: expect.stringContaining('runs in the pod of a loop') });
    const pod = { PROOFMILL_LOOP_OWNER: 'batch/v1 Job mine 1234' };
    const words = ['loop', scene.loop, '--executor', 'kubernetes'];
    const bare = await runs(words, pod);
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
});
