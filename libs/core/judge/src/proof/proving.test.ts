import { type AskedLine, type ChatChoice, itemDigest, type ProveDefinition, type Row } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { askerOf } from '../asker.ts';
import { chatAnswers, chatsOf, labelDefinition, profileWith, trial, verdict } from '../trial.fixture.ts';

const opening = 'Here is why.';

const profile = profileWith({
  purpose: 'prove',
  messages: [{ role: 'user', template: '{{ response_a }}/{{ response_b }}: {{ winner }}' }],
  parse: { rule: 'proof', opening, conclusion: 'Thus, Response {winner} is better.' },
});

const definitionOf = (attempts: number): ProveDefinition => ({
  kind: 'prove',
  name: 'prove',
  profile,
  engine: { model: 'm', revision: null },
  sampling: { temperature: 0.5, topP: 0.8, maxTokens: 99, seed: 3 },
  candidates: 1,
  attempts,
  select: 'likelihood-ratio',
  selector: null,
});

function lineOf(winner: number | null, parity: 0 | 1): AskedLine {
  for (let number = 0; ; number += 1) {
    const prompt = [{ role: 'user', content: `q${number}` }];
    const item = { sourceId: null, source: { file: 'f', line: 1 }, prompt, responses: ['zero', 'one'], gold: null };
    const digest = itemDigest(item, winner);
    if ((Number.parseInt(digest.slice(-1), 16) & 1) !== parity) continue;
    return { ask: true, index: 0, digest, item, prior: { winner } as Row };
  }
}

const good = (letter: string): string =>
  `${opening} First, Response A is one thing. Response B is another. Thus, Response ${letter} is better.`;

const chosen = (content: string, more: Partial<ChatChoice> = {}): ChatChoice => ({
  content,
  reasoning: '',
  finishReason: 'stop',
  ...more,
});

/** Answers successive attempts with these choices. */
function prove(definition: ProveDefinition, line: AskedLine, choices: readonly ChatChoice[]) {
  let attempt = 0;
  const run = trial(definition, line, () => {
    const given = [choices[attempt] ?? chosen('')];
    attempt += 1;
    return { kind: 'chat', model: 'm', choices: given, promptTokens: 5, completionTokens: 2 };
  });
  expect(new Set(run.rounds), 'one attempt at a time').toEqual(new Set([1]));
  const { outcome } = run;
  if (outcome.type !== 'done' || !outcome.proof) throw new Error('the outcome has no proof');
  return { outcome, proof: outcome.proof, sent: chatsOf(run) };
}

const failedChecks = (choice: ChatChoice): string[] =>
  prove(definitionOf(1), lineOf(0, 0), [choice]).proof.checks.flatMap(({ name, passed }) => (passed ? [] : [name]));

describe('asking for a proof', () => {
  it('shows the responses in the order of the digest, and names the winner by its letter in that order', () => {
    for (const [winner, parity, prompt, order] of [
      [0, 0, 'zero/one: A', [0, 1]],
      [1, 0, 'zero/one: B', [0, 1]],
      [0, 1, 'one/zero: B', [1, 0]],
      [1, 1, 'one/zero: A', [1, 0]],
    ] as const) {
      const letter = prompt.slice(-1);
      const { sent, proof } = prove(definitionOf(1), lineOf(winner, parity), [chosen(good(letter))]);
      expect(sent[0]?.messages).toEqual([{ role: 'user', content: prompt }]);
      expect(proof).toMatchObject({ order, text: good(letter) });
      expect(proof.checks.every(({ passed }) => passed)).toBe(true);
    }
  });

  it('shows the winner of several with the best of the others, or the first of them if they were not ranked', () => {
    const responses = ['zero', 'one', 'two', 'one'];
    for (const [ranking, other] of [
      [[1, 3, 2, 0], 'two'],
      [null, 'zero'],
    ] as const) {
      const line = lineOf(1, 0);
      const several = { ...line, item: { ...line.item, responses }, prior: { winner: 1, ranking } as unknown as Row };
      const { sent } = prove(definitionOf(1), several, [chosen(good('B'))]);
      expect(sent[0]?.messages[0]?.content).toBe(other === 'two' ? 'one/two: A' : 'zero/one: B');
    }
  });

  it('ends with the first proof that passes its checks', () => {
    const { proof, sent, outcome } = prove(definitionOf(5), lineOf(0, 0), [
      chosen('no'),
      chosen(good('B')),
      chosen(good('A')),
      chosen(`${good('A')} never asked`),
    ]);
    expect(proof.text).toBe(good('A'));
    expect(sent).toHaveLength(3);
    expect(outcome.tokens).toEqual({ prompt: 15, completion: 6 });
  });

  it('asks with consecutive seeds, for one answer per request', () => {
    const { sent } = prove(definitionOf(4), lineOf(1, 0), []);
    const base = sent[0]?.seed ?? -1;
    expect(sent.map(({ seed, n }) => [seed - base, n])).toEqual([0, 1, 2, 3].map((attempt) => [attempt, 1]));
  });

  it('uses different seeds than the votes on the same item', () => {
    const line = lineOf(0, 0);
    const { sent } = prove(definitionOf(1), line, []);
    const votes = chatsOf(
      trial(
        labelDefinition(),
        line,
        chatAnswers(() => verdict('A')),
      ),
    );
    expect(votes).toHaveLength(1);
    expect(votes[0]?.seed).not.toBe(sent[0]?.seed);
  });

  it('keeps the first proof, with the checks it failed, if none passes', () => {
    const { proof, sent } = prove(definitionOf(3), lineOf(0, 0), [chosen('first'), chosen('second'), chosen('')]);
    expect(sent).toHaveLength(3);
    expect(proof.text).toBe('first');
    expect(proof.checks.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual([
      'opens as asked',
      'speaks of both responses',
      'concludes for its label',
    ]);
  });

  it('refuses an item without a winner', () => {
    expect(() => askerOf(definitionOf(1))(lineOf(null, 0))).toThrow(TypeError);
  });
});

describe('the checks of a proof', () => {
  it('pass for the requested form, even after a <think> block', () => {
    expect(failedChecks(chosen(good('A')))).toEqual([]);
    expect(failedChecks(chosen(`<think>B? Thus, Response B is better.</think>\n\n${good('A')}\n`))).toEqual([]);
  });

  it('fail one at a time', () => {
    expect(failedChecks(chosen(good('A'), { finishReason: 'length' }))).toEqual(['whole']);
    expect(failedChecks(chosen(`Well. ${good('A')}`))).toEqual(['opens as asked']);
    expect(failedChecks(chosen(`${opening} It is. Thus, Response A is better.`))).toEqual(['speaks of both responses']);
    expect(failedChecks(chosen(`${good('A')} I think.`))).toEqual(['concludes for its label']);
    expect(failedChecks(chosen(`${good('B')} Thus, Response A is better.`))).toEqual(['no verdict for the other side']);
    expect(failedChecks(chosen(good('B')))).toEqual(['concludes for its label', 'no verdict for the other side']);
  });

  it('report a proof that is cut because it is too long for an outcome', () => {
    const long = good('A').replace('another.', `${'x'.repeat(200_000)}.`);
    const { proof } = prove(definitionOf(1), lineOf(0, 0), [chosen(long)]);
    expect(proof.cut).toBe(true);
    expect(proof.text.length).toBe(100_000);
    expect(proof.checks.filter(({ passed }) => !passed)).toEqual([{ name: 'length', passed: false }]);
  });
});
