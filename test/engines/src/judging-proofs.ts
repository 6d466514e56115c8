/** Proofs, and the selection of the best of them. */
import type { Message, ProveDefinition, StageDefinition } from '@proofmill/contract';
import { likelihoodRatio } from '@proofmill/judge';
import type { VllmInstall } from '@proofmill/vllm-cpu';
import { expect, test } from 'vitest';
import { type Asked, askAbout, lineOf, profileOf, proofIn } from './judging.ts';
import { scoredByTransformers } from './transformers.ts';
import type { RunningVllm } from './vllm-server.ts';

/** The largest difference between two float32 implementations. A ratio is about -1; candidates differ by some hundredths. */
const tolerance = 1e-3;

type Select = ProveDefinition['select'];

const prover = profileOf({
  purpose: 'prove',
  messages: [
    {
      role: 'user',
      template: '{{ question }}\nA: {{ response_a }}\nB: {{ response_b }}\nSay why {{ winner }} is better.',
    },
  ],
  sampling: { temperature: 1.2, topP: 1, maxTokens: 80 },
  regex: 'Here: Response A [a-z ]{5,40}\\. Response B [a-z ]{5,40}\\. Thus, Response A is better\\.',
  parse: { rule: 'proof', opening: 'Here:', conclusion: 'Thus, Response {winner} is better.' },
});
const selector = profileOf({
  purpose: 'select',
  messages: [{ role: 'user', template: 'Which is the better reason?\n1: {{ proof_a }}\n2: {{ proof_b }}' }],
  parse: { rule: 'plain', verdicts: { '1': 'first', '2': 'second' } },
  regex: '(1|2)',
});

/** An item whose winner is shown as A, as in the conclusion above. The digest decides that, so several texts are tried. */
const line = Array.from({ length: 64 }, (_, number) => lineOf(['The sun.', `The moon${'.'.repeat(number)}`], 0)).find(
  ({ digest }) => Number.parseInt(digest.slice(-1), 16) % 2 === 0,
);

export function proofSuite(running: () => RunningVllm, install: VllmInstall): void {
  const prove = (select: Select, candidates: number): Promise<Asked> => {
    if (!line) throw new Error('no label is shown as A: take other responses');
    const definition: StageDefinition = {
      kind: 'prove',
      name: 'prove',
      profile: prover,
      engine: { model: running().server.servedModel, revision: null },
      sampling: { ...prover.sampling, seed: 5 },
      candidates,
      attempts: 1,
      select,
      selector,
    };
    return askAbout(running().engine, definition, line);
  };

  test('the best of three proofs is selected by the model itself', async () => {
    const asked = await prove('judge', 3);
    const proof = proofIn(asked);
    expect(proof).toMatchObject({ selectedBy: 'judge', candidates: 3, score: null });
    expect(proof.checks.filter(({ passed }) => !passed)).toEqual([]);
    // One request for the proofs, then two comparisons among the three, in both orders.
    expect(asked.exchanges.map(({ ask }) => ask.request.kind)).toEqual(Array(5).fill('chat'));
  });

  test('the best of three proofs is selected by likelihood ratio', async () => {
    const asked = await prove('likelihood-ratio', 3);
    const proof = proofIn(asked);
    expect(proof).toMatchObject({ selectedBy: 'likelihood-ratio', candidates: 3 });
    expect(proof.checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(Number.isFinite(proof.score)).toBe(true);
    expect(proof.score).toBeLessThanOrEqual(0);
    expect(proof.text).toBe(proofsWritten(asked).texts[proof.candidate]);
  });

  test('likelihood ratios are those of transformers on the same weights', async () => {
    const asked = await prove('likelihood-ratio', 5);
    const { messages, texts } = proofsWritten(asked);
    const theirs = await scoredByTransformers(install, {
      given: messages,
      alone: [{ role: 'user', content: '' }],
      texts,
    });
    const scored = asked.exchanges.flatMap(({ ask: { request }, answer }) =>
      request.kind === 'logprobs' && answer.kind === 'logprobs' ? [{ ...answer, prompt: request.prompt }] : [],
    );
    expect(scored.map(({ prompt }) => prompt)).toEqual(
      theirs.flatMap(({ given, alone }) => [given.prompt, alone.prompt]),
    );

    const ratios = theirs.map(({ given, alone }, index) => {
      const ofProof = ({ logprobs }: { logprobs: readonly (number | null)[] } = { logprobs: [] }) =>
        logprobs.slice(-given.logprobs.length).map((value) => value ?? Number.NaN);
      return {
        ours: likelihoodRatio(ofProof(scored[2 * index]), ofProof(scored[2 * index + 1])) ?? Number.NaN,
        theirs: -sumOf(given.logprobs) / sumOf(alone.logprobs),
      };
    });
    expect(ratios).toHaveLength(5);
    for (const { ours, theirs } of ratios) {
      expect(Math.abs(ours - theirs), JSON.stringify(ratios)).toBeLessThanOrEqual(tolerance);
    }
    const best = Math.max(...ratios.map(({ theirs }) => theirs));
    const { candidate, score } = proofIn(asked);
    expect(Math.abs((score ?? Number.NaN) - best)).toBeLessThanOrEqual(tolerance);
    expect(best - (ratios[candidate]?.theirs ?? Number.NaN)).toBeLessThanOrEqual(2 * tolerance);
  });
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** The prompt and the proofs of the first request. */
function proofsWritten({ exchanges: [first] }: Asked): { messages: readonly Message[]; texts: string[] } {
  if (first?.ask.request.kind !== 'chat' || first.answer.kind !== 'chat') throw new Error('proofs are asked for first');
  return { messages: first.ask.request.messages, texts: first.answer.choices.map(({ content }) => content) };
}
