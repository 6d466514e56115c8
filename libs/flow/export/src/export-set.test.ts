import { ConfigurationError, type Row, type Store } from '@proofmill/contract';
import { BenchmarkPrompts } from '@proofmill/export-rows';
import { judgeProfile, memoryStore, plainCodec } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { checkSet, exportedTo } from './check-set.ts';
import { type ExportOptions, unnamedModel } from './export-options.ts';
import { exportSet } from './export-set.ts';
import { judgeOfOutputs } from './judge-profile.ts';
import { askingProfile, outputWith, rowOf } from './output.fixture.ts';

const rows = Array.from({ length: 60 }, (_, at) => rowOf(at));

const optionsFor = (outputs: ExportOptions['outputs'], more: Partial<ExportOptions> = {}): ExportOptions => ({
  ...{ outputs, target: memoryStore(), targetName: 'set', scratch: memoryStore(), codec: plainCodec },
  ...{ trainer: 'trl', form: 'preference', profile: null, keep: 'kept', minConfidence: null, minProbability: null },
  ...{ text: 'any', bothOrders: false, margin: false, evalShare: 0.2, without: null, model: 'model' },
  ...more,
});

/** An export into a new place, and what is there afterwards. */
async function exported(outputs: ExportOptions['outputs'], more: Partial<ExportOptions> = {}) {
  const objects = new Map<string, Uint8Array>();
  const manifest = await exportSet(optionsFor(outputs, { target: memoryStore(objects), ...more }));
  const texts = new Map([...objects].map(([path, bytes]) => [path, Buffer.from(bytes).toString()]));
  const linesOf = (folder: string): Record<string, unknown>[] =>
    [...texts].flatMap(([path, text]) =>
      path.startsWith(folder)
        ? text
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [],
    );
  return { manifest, texts, linesOf };
}

const some = (from: number, to: number): Row[] => rows.slice(from, to);

describe('a training set', () => {
  it('has the same bytes whatever the order of outputs and rows', async () => {
    const one = await outputWith({ name: 'one', rows: some(0, 40) });
    const turned = await outputWith({ name: 'one', rows: some(0, 40).reverse(), files: 3 });
    const two = await outputWith({ name: 'two', rows: some(30, 60) });
    const { texts, manifest } = await exported([one, two]);
    expect(manifest).toMatchObject({ rows: 70, leftOut: { duplicate: 10 } });
    expect((await exported([two, turned])).texts).toEqual(texts);
  });

  it('has every prompt in one split, and the test prompts of a part in that of the whole', async () => {
    const promptsIn = async (output: ExportOptions['outputs'][number], split: string) =>
      (await exported([output])).linesOf(`data/${split}-`).map(({ prompt }) => JSON.stringify(prompt));
    const repeated = rows.flatMap((row, at) => [
      row,
      rowOf(100 + at, { prompt: [{ role: 'user', content: `QUESTION ${at}?` }] }),
    ]);
    const whole = await outputWith({ name: 'whole', rows: repeated });
    const plain = (text: string): string => text.toLowerCase().replace('?', '');
    const evaluated = new Set((await promptsIn(whole, 'test')).map(plain));
    const trained = new Set((await promptsIn(whole, 'train')).map(plain));
    expect(evaluated.size + trained.size).toBe(60);
    expect(evaluated.size).toBeGreaterThan(3);
    const part = new Set(await promptsIn(await outputWith({ name: 'part', rows: some(0, 30) }), 'test'));
    expect(part.size).toBeGreaterThan(0);
    expect([...part].every((prompt) => evaluated.has(prompt))).toBe(true);
  });

  it('leaves out comparisons that two outputs contradict each other about', async () => {
    const one = await outputWith({ name: 'one', rows: some(0, 10) });
    const other = await outputWith({ name: 'two', rows: [rowOf(3, { winner: 1 }), rowOf(4), rowOf(50)] });
    const { manifest, linesOf } = await exported([one, other]);
    expect(manifest.leftOut).toEqual({ contradicted: 2, duplicate: 1 });
    const prompts = linesOf('data/').map(({ prompt }) => (prompt as { content: string }[])[0]?.content);
    expect(prompts).toHaveLength(10);
    expect(prompts).not.toContain('question 3');
  });

  it('counts what it leaves out by reason, and benchmarks by file', async () => {
    const prompts = new BenchmarkPrompts();
    prompts.add('bench.json', [{ role: 'user', content: 'Question 7' }]);
    const output = await outputWith({
      name: 'one',
      rows: [...some(0, 20), rowOf(20, { kept: false }), rowOf(21, { winner: null, tie: true, kept: false })],
    });
    const without = {
      prompts,
      files: [
        { name: 'bench.json', sha256: '' },
        { name: 'other.json', sha256: '' },
      ],
    };
    const { manifest, texts } = await exported([output], { without });
    expect(manifest.leftOut).toEqual({ tie: 1, 'not-kept': 1, 'benchmark-prompt': 1 });
    expect(manifest.benchmarks).toEqual({
      'bench.json': { prompts: 1, words: 0 },
      'other.json': { prompts: 0, words: 0 },
    });
    expect(texts.get('README.md')).toContain('- not-kept: 1 (');
  });

  it('is refused where no row is left, and claims no folder', async () => {
    const output = await outputWith({ name: 'one', rows: [rowOf(0, { kept: false })] });
    const target = memoryStore();
    const refused = exportSet(optionsFor([output], { target }));
    await expect(refused).rejects.toThrow('of 1 rows none is left to train on\n  1 not-kept: the row is not kept');
    expect(await target.list('')).toEqual([]);
  });
});

describe('the card of a training set', () => {
  it('names the files, the models and how they were asked, and who made the labels', async () => {
    const judged = await outputWith({
      name: 'one',
      rows: some(0, 20),
      uris: ['pairs.jsonl', 'https://a.example/b.csv?key=1'],
    });
    const proved = await outputWith({ name: 'two', rows: some(20, 40), stages: ['prove'] });
    const cardOf = async (...outputs: ExportOptions['outputs']) =>
      (await exported(outputs)).texts.get('README.md') ?? '';
    const card = await cardOf(judged);
    expect(card).toContain('The labels come from a model, not from people.');
    expect(card).toMatch(
      /The output of the job <code>one<\/code>: 0 records from <code>pairs\.jsonl<\/code>, <code>https.*b\.csv<\/code>\./,
    );
    expect(card).not.toContain('key');
    expect(card).toMatch(/- \*\*label\*\* \(label\): model `.*`,\n {2}profile `asking` version/);
    expect(card).toContain('- **prove** (prove): model ');
    expect(card).toContain('records no licence');
    expect(await cardOf(proved)).toContain('The labels are those of the input files.');
    expect(await cardOf(judged, proved)).toContain('where an output below has a judge');
  });

  it('says where the trainer is started, and to name the model where none is named', async () => {
    const output = await outputWith({ name: 'one', rows: some(0, 20) });
    const named = (await exported([output])).texts.get('README.md');
    expect(named).toContain('In this folder:');
    expect(named).toContain('The model is <code>model</code>;');
    const open = (await exported([output], { trainer: 'nemo-rl', model: unnamedModel })).texts.get('README.md');
    expect(open).toContain(
      'In a checkout of NeMo-RL, where SET is the path of this folder:\n\n```sh\nsh SET/dpo.sh\n```',
    );
    expect(open).toContain('Put the name or the path of the model to train in the place of MODEL');
  });
});

describe('the folder of a training set', () => {
  const files = ['.proofmill/export.json', 'README.md', '_MANIFEST.json', '_SUCCESS', 'dpo.yaml'];

  /** A store that ends its process at its `last`th write. */
  function dying(store: Store, last: number): Store {
    let writes = 0;
    return {
      ...store,
      async write(path, content) {
        writes += 1;
        if (writes >= last) throw new Error('killed');
        return await store.write(path, content);
      },
    };
  }

  it('is complete after the same export, whatever ended it before', async () => {
    const output = await outputWith({ name: 'one', rows });
    const { texts } = await exported([output]);
    for (let last = 1; last <= 7; last += 1) {
      const objects = new Map<string, Uint8Array>();
      const target = memoryStore(objects);
      await expect(exportSet(optionsFor([output], { target: dying(target, last) }))).rejects.toThrow('killed');
      expect(objects.has('_SUCCESS')).toBe(false);
      await exportSet(optionsFor([output], { target }));
      expect(new Map([...objects].map(([path, bytes]) => [path, Buffer.from(bytes).toString()]))).toEqual(texts);
    }
    expect([...texts.keys()].filter((path) => !path.startsWith('data/')).sort()).toEqual(files);
  });

  it('that has lost or changed a file is no complete set', async () => {
    const output = await outputWith({ name: 'one', rows });
    const objects = new Map<string, Uint8Array>();
    const target = memoryStore(objects);
    const again = () => exportSet(optionsFor([output], { target }));
    await again();
    expect(await checkSet(target)).toEqual({ complete: true, files: 2, rows: 60, findings: [] });
    const [first = '', second = ''] = [...objects.keys()].filter((path) => path.startsWith('data/'));
    objects.delete(first);
    objects.set(second, new Uint8Array([1]));
    const wrong = await checkSet(target);
    expect(wrong.findings.map(({ path }) => path).sort()).toEqual([first, second].sort());
    await expect(again()).rejects.toThrow('set was a complete set and is damaged: ');
    objects.delete('_SUCCESS');
    expect(await checkSet(target)).toMatchObject({ complete: false });
  });

  it('is told from an output, also as a copy without hidden files', async () => {
    const output = await outputWith({ name: 'one', rows });
    const objects = new Map<string, Uint8Array>();
    const target = memoryStore(objects);
    expect(await exportedTo(target)).toBe(null);
    await exportSet(optionsFor([output], { target }));
    expect(await exportedTo(target)).toBe('set');
    objects.delete('.proofmill/export.json');
    expect(await exportedTo(target)).toBe('set');
    expect(await exportedTo(output.store)).toBe(null);
  });

  it('is refused to another export, and where it holds anything else', async () => {
    const output = await outputWith({ name: 'one', rows });
    const target = memoryStore();
    const manifest = await exportSet(optionsFor([output], { target }));
    expect(await exportSet(optionsFor([output], { target }))).toEqual(manifest);
    await expect(exportSet(optionsFor([output], { target, evalShare: 0.3 }))).rejects.toThrow(
      'set holds an export of other rows or with other options',
    );
    const foreign = memoryStore(new Map([['notes.txt', new Uint8Array()]]));
    await expect(exportSet(optionsFor([output], { target: foreign }))).rejects.toThrow(
      'set holds other files (notes.txt) and no export',
    );
  });
});

describe('a reasoning set', () => {
  const reasoning = { form: 'reasoning', profile: askingProfile } as const;
  const proof = {
    ...{ order: [1, 0], text: 'Here: it is so. Thus, Response B is better.', cut: false, candidate: 0, candidates: 1 },
    ...{ score: null, selectedBy: 'only-one' as const, checks: [] },
  };

  it('asks as the judge was asked, in the order that the answer speaks of', async () => {
    const output = await outputWith({ name: 'one', rows: [rowOf(0), rowOf(1, { proof })] });
    const { manifest, linesOf } = await exported([output], { ...reasoning, trainer: 'gram', evalShare: 0 });
    expect(manifest).toMatchObject({ texts: { proof: 1, rationale: 1 }, answers: { A: 1, B: 1 } });
    const byQuestion = (one: object, other: object) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);
    expect(linesOf('train/').sort(byQuestion)).toEqual([
      {
        instruction: 'question 0 A: right 0 B: wrong 0',
        input: '',
        output: '<think>\nreasons 0\n</think>\n<answer>\nA\n</answer>',
      },
      {
        instruction: 'question 1 A: wrong 1 B: right 1',
        input: '',
        output: '<think> it is so. </think>\n<answer>\nB\n</answer>',
      },
    ]);
  });

  it('has both orders of a pair where each has a text of its own', async () => {
    const output = await outputWith({ name: 'one', rows: [rowOf(0), rowOf(1, { proof })] });
    const { manifest } = await exported([output], { ...reasoning, bothOrders: true, evalShare: 0 });
    expect(manifest).toMatchObject({ texts: { proof: 1, rationale: 2 }, answers: { A: 2, B: 1 } });
  });

  it('needs judges that were asked alike, and with <answer>', async () => {
    const one = await outputWith({ name: 'one', rows: some(0, 2) });
    const other = await outputWith({ name: 'other', rows: some(2, 4), profile: judgeProfile() });
    expect((await judgeOfOutputs([one, one]))?.name).toBe('asking');
    await expect(judgeOfOutputs([one, other])).rejects.toThrow('the judges of one and other are asked with different');
    const boxed = judgeProfile({ parse: { rule: 'boxed', verdicts: { A: 'first', B: 'second' } } });
    await expect(exported([one], { ...reasoning, profile: boxed })).rejects.toThrow(ConfigurationError);
    const system = { role: 'system', template: 's' };
    const two = judgeProfile({ messages: [system, ...askingProfile.messages] });
    await expect(exported([one], { ...reasoning, trainer: 'gram', profile: two })).rejects.toThrow('takes one text');
    await exported([one], { ...reasoning, profile: two });
  });
});

describe('a scalar set', () => {
  it('has scores where there are some, and a margin where it is asked for', async () => {
    const scores = { kind: 'reward' as const, values: [2, -1], errors: null };
    const output = await outputWith({
      name: 'one',
      rows: [rowOf(0, { scores, probability: 0.9 }), rowOf(1, { confidence: null, decidedBy: 'gold' })],
    });
    const scalar = { form: 'scalar', evalShare: 0 } as const;
    const { linesOf } = await exported([output], { ...scalar, margin: true });
    const found = linesOf('data/').sort((one, other) => Number(other.margin) - Number(one.margin));
    expect(found).toMatchObject([
      { score_chosen: 2, score_rejected: -1, margin: expect.closeTo(0.8, 12) },
      { score_chosen: null, score_rejected: null, margin: 0 },
    ]);
    expect(Object.keys((await exported([output], scalar)).linesOf('data/')[0] ?? {})).not.toContain('margin');
    await expect(exported([output], { form: 'preference', margin: true })).rejects.toThrow('takes no margin');
    await expect(exported([output], { form: 'scalar', trainer: 'gram' })).rejects.toThrow(
      'gram has no form scalar: with --for gram, --as takes reasoning',
    );
  });
});
