import { expect, test } from 'vitest';
import { ask, framed, post, withVerdict } from '../client.fixture.ts';
import { createSimulator, type SimulatorOptions } from '../index.ts';

const sure: SimulatorOptions = { accuracy: { mean: 1, spread: 0 }, positionBias: 0, invalidRate: 0, answerTokens: 40 };
const pair = (question: string, better: string, worse: string) => ({ question, better, worse, explanation: null });

/** The verdict of a judge that is always right. */
async function verdict(options: SimulatorOptions, content: string): Promise<string | undefined> {
  const { contents } = await ask(createSimulator({ ...sure, ...options }), content);
  return /<answer>\n(\w+)\n<\/answer>$/.exec(contents[0] ?? '')?.[1];
}

const layouts: readonly (readonly [
  name: string,
  promptFor: (question: string, first: string, second: string) => string,
])[] = [
  ['lines', (question, first, second) => `Judge.\n${question}\n\n${first}\n\n${second}\n`],
  ['labels', (question, first, second) => `Question: ${question}\nResponse 1: ${first}\nResponse 2: ${second}\nWhich?`],
  ['tags', (question, first, second) => `<q>${question}</q><a>${first}</a><b>${second}</b> 1-4 points, please.`],
  [
    'sections',
    (question, first, second) =>
      `[Question]\n${question}\n\n[The Start of Answer A]\n${first}\n[The End of Answer A]\n[The Start of Answer B]\n${second}\n[The End of Answer B]`,
  ],
];

test.each(layouts)('a known pair is found among %s, whichever response is shown first', async (_name, promptFor) => {
  const texts: [string, string, string][] = [
    ['Which planet is the largest?', 'Jupiter, by far.', 'Saturn, with its rings.'],
    ['2 + 2?', '4', '5'],
    ['Is water wet, and why?', 'Yes. It is.', 'Yes.'],
    ['Say nothing but yes.', 'yes', 'yes\n\nI hope this helps.'],
  ];
  const goldPairs = texts.map((entry) => pair(...entry));
  for (const [question, better, worse] of texts) {
    expect(await verdict({ goldPairs }, promptFor(question, better, worse))).toBe('A');
    expect(await verdict({ goldPairs }, promptFor(question, worse, better))).toBe('B');
  }
});

test('pairs with the same question are distinguished by their responses', async () => {
  const goldPairs = [pair('Name a colour, please.', 'Blue', 'Dog'), pair('Name a colour, please.', 'Cat', 'Red')];
  const prompt = (first: string, second: string): string => `Name a colour, please.\n1: ${first}\n2: ${second}`;
  expect(await verdict({ goldPairs }, prompt('Dog', 'Blue'))).toBe('B');
  expect(await verdict({ goldPairs }, prompt('Cat', 'Red'))).toBe('A');
});

test('the pair is found across turns', async () => {
  const goldPairs = [pair('Which planet is the largest?', 'Jupiter, by far.', 'Saturn, with its rings.')];
  const simulator = createSimulator({ ...sure, goldPairs });
  const turns = (first: string, second: string) => ({
    messages: [
      { role: 'user', content: 'Which planet is the largest?' },
      { role: 'response_1', content: first },
      { role: 'response_2', content: second },
    ],
  });
  const first = await ask(simulator, '', turns('Jupiter, by far.', 'Saturn, with its rings.'));
  const second = await ask(simulator, '', turns('Saturn, with its rings.', 'Jupiter, by far.'));
  // The prompt does not say which format the model's template asks for, so the answer has both.
  expect(first.contents[0]).toMatch(/\\boxed\{1\}\n\[The End of Ranking Score\]\n[^[]*"ranking":1\}\n```$/);
  expect(second.contents[0]).toMatch(/\\boxed\{6\}\n\[The End of Ranking Score\]\n[^[]*"ranking":6\}\n```$/);
});

test('sections are read without knowing the pair; any other text gets an answer without a verdict', async () => {
  const sections = (open: string, close: string): string =>
    `${open}The Start of Bot A's Answer${close}\nOne.\n${open}The End of Bot A's Answer${close}\n\n${open}The Start of Bot B's Answer${close}\nTwo.\n${open}The End of Bot B's Answer${close}`;
  const simulator = createSimulator(sure);
  for (const shown of [sections('[', ']'), sections('<|', '|>')]) {
    const [content = ''] = (await ask(simulator, `Judge.\n\nWhat?\n\n${shown}`)).contents;
    expect(content).toMatch(/<answer>\n[AB]\n<\/answer>$/);
    expect(content).toContain('"What"');
    expect(content).toMatch(/Bot A .*Bot B /);
  }
  expect(await verdict({}, 'Which is better, one or two?')).toBeUndefined();
});

test('two proofs after a pair with its verdict are compared, not proved', async () => {
  const proofs = ['It is, and so it is.', 'It is, for it says so.'].map(
    (text, at) => `[The Start of Proof ${at + 1}]\n${text}\n[The End of Proof ${at + 1}]`,
  );
  const shown = withVerdict(framed('Q?', 'first', 'second'), 'B');
  expect(await verdict({}, `${shown}\n\n${proofs.join('\n\n')}`)).toMatch(/^[AB]$/);
  const reversed = await verdict({}, `${shown}\n\n${proofs.toReversed().join('\n\n')}`);
  expect(reversed).not.toBe(await verdict({}, `${shown}\n\n${proofs.join('\n\n')}`));
});

test('unknown responses to a question have a fixed order', async () => {
  const simulator = createSimulator(sure);
  const responses = Array.from({ length: 6 }, (_, index) => `Response number ${index}, which is as it is.`);
  const beats = async (response: string, rival: string): Promise<boolean> => {
    const { contents } = await ask(simulator, framed('Which?', response, rival));
    return (contents[0] ?? '').endsWith('A\n</answer>');
  };
  const wins = await Promise.all(
    responses.map(async (response) => {
      const results = await Promise.all(
        responses.filter((rival) => rival !== response).map((rival) => beats(response, rival)),
      );
      return results.filter(Boolean).length;
    }),
  );
  expect(wins.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
});

test('finding one of 20,000 items takes a few milliseconds', async () => {
  const goldPairs = Array.from({ length: 20_000 }, (_, index) =>
    pair(`Write a function that returns the number ${index}.`, `return ${index}`, `return ${index + 1}`),
  );
  const simulator = createSimulator({ ...sure, goldPairs });
  const content = `${'Judge with care. '.repeat(200)}\nWrite a function that returns the number 19000.\n1: return 19000\n2: return 19001`;
  await ask(simulator, content);
  const startedMs = performance.now();
  for (let time = 0; time < 20; time++)
    await post(simulator.fetch, '/v1/chat/completions', { messages: [{ role: 'user', content }] });
  expect((performance.now() - startedMs) / 20).toBeLessThan(40);
});
