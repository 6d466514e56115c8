import { type Engine, type ScoreRequest, TerminalError } from '@proofmill/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** A running engine that scores conversations: a reward model with one label (vLLM's runner `pooling`). */
export interface ScoringEngineUnderTest {
  readonly engine: Engine;
  readonly model: string;
  /** Longest conversation, in tokens. */
  readonly maxTokens: number;
  close(): Promise<void>;
}

const never = new AbortController().signal;
const conversation = (response: string) => [
  { role: 'user', content: 'Which is larger, the sun or the moon?' },
  { role: 'assistant', content: response },
];

/** What a scalar judge relies on, with any engine. `open` is called once. */
export function scoringEngineSuite(name: string, open: () => Promise<ScoringEngineUnderTest>): void {
  describe(`scoring engine: ${name}`, () => {
    let subject: ScoringEngineUnderTest;
    beforeAll(async () => {
      subject = await open();
    }, 300_000);
    afterAll(async () => {
      await subject?.close();
    }, 60_000);

    const score = (more: Partial<ScoreRequest> = {}, signal = never) =>
      subject.engine.answer(
        {
          kind: 'score',
          endpoint: 'classify',
          model: subject.model,
          messages: conversation('The sun.'),
          chatTemplateKwargs: {},
          ...more,
        },
        signal,
      );

    test('reports its models, its version and its health', async () => {
      expect(await subject.engine.models(never)).toContainEqual({ id: subject.model, maxTokens: subject.maxTokens });
      expect(await subject.engine.version(never)).toMatch(/^\d+\.\d+/);
      expect(await subject.engine.healthy(never)).toBe(true);
    });

    test('gives the same score from both routes, every time', async () => {
      const classified = await score();
      expect(classified).toMatchObject({ kind: 'score', model: subject.model });
      expect(Number.isFinite(classified.score)).toBe(true);
      expect(classified.promptTokens).toBeGreaterThan(10);
      const pooled = await score({ endpoint: 'pooling' });
      expect(pooled.score).toBeCloseTo(classified.score, 4);
      expect(pooled.promptTokens).toBe(classified.promptTokens);
      expect((await score()).score).toBeCloseTo(classified.score, 4);
    });

    test('gives different responses different scores', async () => {
      const { score: otherScore } = await score({ messages: conversation('The moon, I believe, by far.') });
      expect(Math.abs(otherScore - (await score()).score)).toBeGreaterThan(1e-4);
    });

    test('accepts arguments for the chat template', async () => {
      expect(Number.isFinite((await score({ chatTemplateKwargs: { date_string: '26 Jul 2024' } })).score)).toBe(true);
    });

    test('refuses an overlong conversation with a terminal error', async () => {
      const asking = score({ messages: conversation('many words '.repeat(subject.maxTokens)) });
      await expect(asking).rejects.toThrow(TerminalError);
      await expect(asking).rejects.toMatchObject({ code: 'prompt-too-long' });
    });

    test('treats an empty conversation as a bad item, and an unknown model as a bad job', async () => {
      await expect(score({ messages: [] })).rejects.toMatchObject({ name: 'TerminalError', code: 'bad-request' });
      await expect(score({ model: 'nobody' })).rejects.toMatchObject({ name: 'RefusalError', code: 'model' });
      await expect(score({ model: 'nobody' })).rejects.toThrow(`it serves ${subject.model}.`);
    });

    test('sends nothing once its signal has fired', async () => {
      await expect(score({}, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    });

    test('neither chats nor scores texts', async () => {
      const sampling = { n: 1, seed: 1, temperature: 1, topP: 1, maxTokens: 4 };
      const chat = { ...({ kind: 'chat', model: subject.model } as const), ...sampling, chatTemplateKwargs: {} };
      const asking = subject.engine.answer({ ...chat, messages: conversation('The sun.') }, never);
      await expect(asking).rejects.toMatchObject({ name: 'RefusalError', code: 'route' });
      const request = { kind: 'logprobs', model: subject.model, prompt: 'The sun.' } as const;
      await expect(subject.engine.answer(request, never)).rejects.toMatchObject({ code: 'unsupported' });
    });
  });
}
