import { type ChatRequest, ConfigurationError, type Engine, type Message, TerminalError } from '@proofmill/contract';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

/** A running engine with nothing else to do, which answers (vLLM's runner `generate`). */
export interface EngineUnderTest {
  readonly engine: Engine;
  readonly model: string;
  /** Longest prompt and answer together. */
  readonly maxTokens: number;
  /** A prompt whose answer takes much longer than a test waits. */
  readonly longWork: Pick<ChatRequest, 'messages' | 'maxTokens'>;
  /** The sequences that the engine works on or has queued, by its own count. */
  load(): Promise<number>;
  close(): Promise<void>;
}

/**
 * In the frame of the judge's prompt, from which the simulator draws its answers. Shorter than a block of vLLM's prefix
 * cache (128 tokens), so that a second request is computed as the first one was.
 */
const pair = `[User Question]
Which is larger, the sun or the moon?

[The Start of Assistant A's Response]
The sun.
[The End of Assistant A's Response]

[The Start of Assistant B's Response]
The moon.
[The End of Assistant B's Response]`;

const never = new AbortController().signal;

/** What the loops rely on, whatever engine answers. `open` is called once. */
export function engineSuite(name: string, open: () => Promise<EngineUnderTest>): void {
  describe(`engine: ${name}`, () => {
    let subject: EngineUnderTest;
    beforeAll(async () => {
      subject = await open();
    }, 300_000);
    afterAll(async () => {
      await subject?.close();
    }, 60_000);

    const ask = (more: Partial<ChatRequest> = {}, signal = never) =>
      subject.engine.answer(
        {
          kind: 'chat',
          model: subject.model,
          messages: [{ role: 'user', content: pair }],
          n: 1,
          seed: 7,
          temperature: 1,
          topP: 1,
          maxTokens: 24,
          chatTemplateKwargs: {},
          ...more,
        },
        signal,
      );

    const tokens = async (input: string | readonly Message[]) =>
      (await subject.engine.answer({ kind: 'tokens', model: subject.model, input, chatTemplateKwargs: {} }, never))
        .tokens;

    const logprobs = async (prompt: string | readonly number[]) =>
      (await subject.engine.answer({ kind: 'logprobs', model: subject.model, prompt }, never)).logprobs;

    test('names its models with their length', async () => {
      const models = await subject.engine.models(never);
      expect(models).toContainEqual({ id: subject.model, maxTokens: subject.maxTokens });
    });

    test('says its version', async () => {
      expect(await subject.engine.version(never)).toMatch(/^\d+\.\d+/);
      await expect(subject.engine.version(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    });

    test('says that it is healthy, and does not reject when asked too late', async () => {
      expect(await subject.engine.healthy(never)).toBe(true);
      expect(await subject.engine.healthy(AbortSignal.abort())).toBe(false);
    });

    test('gives one answer with its tokens', async () => {
      const { kind, model, choices, promptTokens, completionTokens } = await ask();
      expect([kind, model]).toEqual(['chat', subject.model]);
      expect(choices).toHaveLength(1);
      expect(choices[0]).not.toHaveProperty('tokens');
      expect(choices[0]?.content).not.toBe('');
      expect(choices[0]?.reasoning).toBe('');
      expect(choices[0]?.finishReason).toMatch(/^(stop|length)$/);
      expect(promptTokens).toBeGreaterThan(10);
      expect(completionTokens).toBeGreaterThan(0);
      expect(completionTokens).toBeLessThanOrEqual(24);
    });

    test('gives n different answers to a request with one seed', async () => {
      const { choices } = await ask({ n: 4, maxTokens: 48 });
      expect(new Set(choices.map(({ content }) => content)).size).toBe(4);
    });

    test('gives the same answer to the same request when it is alone', async () => {
      const first = await ask();
      expect(await ask()).toEqual(first);
      expect(await ask({ seed: 8 })).not.toEqual(first);
    });

    test('takes arguments for the chat template', async () => {
      expect((await ask({ chatTemplateKwargs: { enable_thinking: false } })).choices).toHaveLength(1);
    });

    test('says of an answer that was cut that it was', async () => {
      const { choices, completionTokens } = await ask({ maxTokens: 3 });
      expect(choices[0]?.finishReason).toBe('length');
      expect(completionTokens).toBe(3);
    });

    test('answers more requests at once than it has slots', async () => {
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, index) => ask({ seed: index * 64, maxTokens: 4 })),
      );
      expect(answers.every(({ choices }) => choices.length === 1)).toBe(true);
    });

    test('refuses an overlong prompt for good, with both numbers', async () => {
      const content = 'many words '.repeat(subject.maxTokens);
      const asking = ask({ messages: [{ role: 'user', content }] });
      await expect(asking).rejects.toThrow(TerminalError);
      await expect(asking).rejects.toMatchObject({ code: 'prompt-too-long' });
      await expect(asking).rejects.toThrow(
        new RegExp(`^The prompt has \\d+ tokens or more, the model takes ${subject.maxTokens}\\.$`),
      );
    });

    test('says which models it has when asked for another', async () => {
      const asking = ask({ model: 'nobody' });
      await expect(asking).rejects.toThrow(ConfigurationError);
      await expect(asking).rejects.toThrow(`has no model named nobody; it serves ${subject.model}.`);
    });

    test('takes a sampling field that it refuses for a wrong job', async () => {
      await expect(ask({ maxTokens: subject.maxTokens + 1 })).rejects.toThrow(ConfigurationError);
      await expect(ask({ temperature: -1 })).rejects.toThrow(ConfigurationError);
      await expect(ask({ topP: 2 })).rejects.toThrow(ConfigurationError);
    });

    test('takes an empty conversation for a bad item', async () => {
      await expect(ask({ messages: [] })).rejects.toMatchObject({ name: 'TerminalError', code: 'bad-request' });
    });

    test('stops working on a request that is aborted', async () => {
      const stop = new AbortController();
      const asking = ask({ ...subject.longWork, n: 3 }, stop.signal);
      const settled = expect(asking).rejects.toThrow('enough');
      await vi.waitFor(async () => expect(await subject.load()).toBe(3), { timeout: 10_000 });
      stop.abort(new Error('enough'));
      await settled;
      await vi.waitFor(async () => expect(await subject.load()).toBe(0), { timeout: 5000 });
    });

    test('asks nothing under a signal that has fired', async () => {
      await expect(ask({}, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
      expect(await subject.load()).toBe(0);
    });

    test('gives the likeliest tokens in place of a one-token answer', async () => {
      const { choices } = await ask({ maxTokens: 1, temperature: 0, topLogprobs: 5 });
      const [place, ...more] = choices[0]?.tokens ?? [];
      expect(more).toEqual([]);
      expect(place?.text).toBe(choices[0]?.content);
      const probabilities = Object.values(place?.top ?? {}).map(Math.exp);
      expect(probabilities.length).toBeGreaterThanOrEqual(5);
      expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeLessThan(1.001);
      // Greedy: what was taken is the likeliest.
      expect(Math.exp(place?.top[place.text] ?? Number.NaN)).toBe(Math.max(...probabilities));
    });

    test('gives the tokens of every place of an answer, and of every answer', async () => {
      const { choices } = await ask({ n: 2, maxTokens: 12, temperature: 0.2, topLogprobs: 2 });
      for (const { content, tokens: places = [] } of choices) {
        expect(places.map(({ text }) => text).join('')).toContain(content);
        for (const { text, top } of places) expect(Object.keys(top)).toContain(text);
      }
    });

    test('gives log-probabilities of a text, the same each time', async () => {
      const text = 'The sun is larger than the moon. The moon is smaller.';
      const [first, ...rest] = await logprobs(text);
      expect(first).toBeNull();
      expect(rest.length).toBeGreaterThan(8);
      expect(rest.every((logprob) => logprob !== null && Number.isFinite(logprob) && logprob <= 0)).toBe(true);
      expect(await logprobs(text)).toEqual([first, ...rest]);
    }, 60_000);

    test('gives the tokens of a text and of a conversation, which stand for their words one after the other', async () => {
      const conversation: Message[] = [{ role: 'user', content: 'Which is larger, the sun or the moon?' }];
      const [before, text] = [await tokens(conversation), await tokens('The sun is larger than the moon.')];
      expect(text.length).toBeGreaterThan(5);
      expect(before.length).toBeGreaterThan((await tokens('Which is larger, the sun or the moon?')).length);
      expect(await tokens(conversation)).toEqual(before);

      const whole = await logprobs([...before, ...text]);
      expect(whole).toHaveLength(before.length + text.length);
      // No token depends on those after it: what stands before the text costs the same without it.
      const alone = await logprobs(before);
      for (const [at, logprob] of alone.entries()) {
        if (logprob === null) expect(at).toBe(0);
        else expect(Math.abs(logprob - (whole[at] ?? Number.NaN))).toBeLessThan(0.3);
      }
    }, 60_000);

    test('finds a text likelier in a conversation that holds it than in one that is empty', async () => {
      const text = 'Jupiter is the largest planet, and Saturn has the rings.';
      const own = await tokens(text);
      const costAfter = async (content: string): Promise<number> => {
        const before = await tokens([{ role: 'user', content }]);
        const all = await logprobs([...before, ...own]);
        return all.slice(before.length).reduce<number>((sum, logprob) => sum + (logprob ?? 0), 0);
      };
      // Costs are negative: at least a fifth is saved.
      expect(await costAfter(`Say this: ${text}`)).toBeGreaterThan((await costAfter('')) * 0.8);
    }, 60_000);

    test.each(['classify', 'pooling'] as const)('has no route /%s, as one that generates', async (endpoint) => {
      const messages = [
        { role: 'user', content: 'Which is larger?' },
        { role: 'assistant', content: 'The sun.' },
      ];
      const request = { kind: 'score', endpoint, model: subject.model, messages, chatTemplateKwargs: {} } as const;
      const asking = subject.engine.answer(request, never);
      await expect(asking).rejects.toThrow(TerminalError);
      await expect(asking).rejects.toMatchObject({ code: 'unsupported' });
    });
  });
}
