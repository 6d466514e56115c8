import { type AskedLine, type Message, type ProveDefinition, profileSchema } from '@proofmill/contract';
import { describe, expect, it } from 'vitest';
import { type Answers, lineOf, profileWith, trial } from '../trial.fixture.ts';
import { likelihoodRatio } from './likelihood.ts';

const prover = profileSchema.parse({
  ...profileWith({
    name: 'prover',
    purpose: 'prove',
    messages: [{ role: 'user', template: '{{ response_a }}/{{ response_b }}: {{ winner }}' }],
    parse: { rule: 'proof', opening: 'Here:', conclusion: 'Thus, Response {winner} is better.' },
  }),
});

const selector = profileWith({
  name: 'selector',
  purpose: 'select',
  messages: [{ role: 'user', template: '{{ proof_a }}|{{ proof_b }}' }],
});

const definition = (more: Partial<ProveDefinition> = {}): ProveDefinition => ({
  kind: 'prove',
  name: 'prove',
  profile: prover,
  engine: { model: 'm', revision: null },
  sampling: { temperature: 0.7, topP: 1, maxTokens: 99, seed: 3 },
  candidates: 4,
  attempts: 2,
  select: 'likelihood-ratio',
  selector,
  ...more,
});

const line = (): AskedLine => {
  const asked = lineOf(['zero', 'one']);
  return { ...asked, item: { ...asked.item, gold: 0 } };
};

/** Proof j of a request has `j` in its text. */
const proofOf = (letter: string, number: number): string =>
  `Here: ${number}. Response A is this. Response B is that. Thus, Response ${letter} is better.`;

/** An engine whose token ids are character codes, and whose log-probabilities are a function of proof and context. */
function engine(options: {
  broken?: readonly number[];
  logprob?: (proof: number, isGiven: boolean) => number;
  refuses?: string;
}): Answers {
  const { broken = [], logprob = () => -1, refuses } = options;
  return (request) => {
    if (request.kind === refuses) return { kind: 'refused', code: 'unsupported', message: 'no' };
    if (request.kind === 'tokens') {
      const text = typeof request.input === 'string' ? request.input : `<${request.input[0]?.content ?? ''}>`;
      return { kind: 'tokens', tokens: [...text].map((sign) => sign.charCodeAt(0)) };
    }
    if (request.kind === 'logprobs') {
      const text = String.fromCharCode(...(request.prompt as number[]));
      const at = text.indexOf('Here:');
      const proof = Number(text[at + 6]);
      const logprobs = [...text].map((_, index) => (index < at ? -50 : logprob(proof, at > 2)));
      return { kind: 'logprobs', logprobs: [null, ...logprobs.slice(1)] };
    }
    if (request.kind !== 'chat') throw new Error(`a request of kind ${request.kind}`);
    const [{ content }] = request.messages as [Message];
    if (content.includes('|')) {
      const [a = '', b = ''] = content.split('|');
      const better = Number(a[6]) > Number(b[6]) ? 'A' : 'B';
      const choices = [{ content: `<answer>${better}</answer>`, reasoning: '', finishReason: 'stop' }];
      return { kind: 'chat', model: 'm', choices, promptTokens: 1, completionTokens: 1 };
    }
    const letter = content.slice(-1);
    const choices = Array.from({ length: request.n }, (_, number) => ({
      content: broken.includes(number) ? 'Here: no.' : proofOf(letter, number),
      reasoning: '',
      finishReason: 'stop',
    }));
    return { kind: 'chat', model: 'm', choices, promptTokens: 5, completionTokens: request.n };
  };
}

const proofIn = ({ outcome }: ReturnType<typeof trial>) => {
  if (outcome.type !== 'done' || !outcome.proof) throw new Error('there is no proof');
  return outcome.proof;
};

describe('the likelihood ratio', () => {
  it('is minus the log-likelihood with the label over that without it: 0 is best', () => {
    expect(likelihoodRatio([-1, -1], [-4, -4])).toBe(-0.25);
    expect(likelihoodRatio([-2, -2], [-2, -2])).toBe(-1);
    expect(likelihoodRatio([0, 0], [-3, -1])).toBeCloseTo(0, 12);
  });

  it('is undefined without tokens, for different tokens, and if the text is certain by itself', () => {
    expect(likelihoodRatio([], [])).toBeNull();
    expect(likelihoodRatio([-1], [-1, -1])).toBeNull();
    expect(likelihoodRatio([-1], [0])).toBeNull();
  });
});

describe('the best of several proofs', () => {
  it('is the one whose likelihood the label raises most', () => {
    // Proof 2 is the likeliest given the label, and proof 1 the one that the label explains best.
    const given = [-1, -0.5, -0.4, -2];
    const alone = [-1, -4, -0.5, -2];
    const run = trial(
      definition(),
      line(),
      engine({ logprob: (proof, isGiven) => (isGiven ? given : alone)[proof] ?? -9 }),
    );
    expect(proofIn(run)).toMatchObject({ candidate: 1, candidates: 4, score: -0.125, selectedBy: 'likelihood-ratio' });
  });

  it('scores only the tokens of the proof, whatever precedes them', () => {
    const run = trial(definition(), line(), engine({ logprob: () => -2 }));
    expect(proofIn(run)).toMatchObject({ candidate: 0, score: -1 });
    const contexts = run.sent.filter(({ kind }) => kind === 'tokens').slice(0, 2);
    expect(contexts).toMatchObject([{ input: [{ role: 'user' }] }, { input: [{ role: 'user', content: '' }] }]);
  });

  it('is chosen among those that pass their checks', () => {
    const run = trial(
      definition(),
      line(),
      engine({ broken: [1, 3], logprob: (proof, isGiven) => (isGiven ? -proof : -5) }),
    );
    expect(proofIn(run)).toMatchObject({ candidate: 0, candidates: 4 });
    expect(proofIn(run).checks.every(({ passed }) => passed)).toBe(true);
  });

  it('needs no selection if only one passes, and says so', () => {
    const run = trial(definition(), line(), engine({ broken: [0, 1, 3] }));
    expect(proofIn(run)).toMatchObject({ candidate: 2, selectedBy: 'only-one', score: null });
    expect(run.sent.map(({ kind }) => kind)).toEqual(['chat']);
  });

  it('is chosen by a judge if the engine has no prompt_logprobs, and the row says so', () => {
    for (const refuses of ['logprobs', 'tokens']) {
      const run = trial(definition(), line(), engine({ refuses }));
      expect(proofIn(run), refuses).toMatchObject({ candidate: 3, selectedBy: 'judge', score: null });
    }
  });

  it('is chosen by a judge, in both orders, if the job says so', () => {
    const run = trial(definition({ select: 'judge' }), line(), engine({}));
    expect(proofIn(run)).toMatchObject({ candidate: 3, selectedBy: 'judge' });
    const comparisons = run.sent.slice(1);
    expect(comparisons).toHaveLength(6);
    expect(comparisons.every(({ kind }) => kind === 'chat')).toBe(true);
  });

  it('is the first one if the job says so', () => {
    const run = trial(definition({ select: 'first' }), line(), engine({ broken: [0] }));
    expect(proofIn(run)).toMatchObject({ candidate: 1, selectedBy: 'first' });
    expect(run.sent).toHaveLength(1);
  });

  it('is asked for again, with new candidates each time, until the attempts are used up', () => {
    const run = trial(definition(), line(), engine({ broken: [0, 1, 2, 3] }));
    expect(run.sent).toMatchObject([{ n: 4 }, { n: 4 }]);
    const [first, second] = run.sent.map((request) => (request.kind === 'chat' ? request.seed : 0));
    expect((second ?? 0) - (first ?? 0)).toBe(4);
    expect(proofIn(run)).toMatchObject({ candidate: 0, candidates: 8, selectedBy: 'first' });
    expect(proofIn(run).checks.some(({ passed }) => !passed)).toBe(true);
  });
});

describe('the label to prove', () => {
  it('is the gold label if no earlier stage made one', () => {
    const run = trial(definition({ candidates: 1 }), line(), engine({}));
    const { order } = proofIn(run);
    const [request] = run.sent;
    expect(request?.kind === 'chat' && request.messages[0]?.content.slice(-1)).toBe(order[0] === 0 ? 'A' : 'B');
  });
});
