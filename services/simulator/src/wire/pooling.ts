/** POST /classify and POST /pooling: the score of a reward model with one label. Served instead of the generating routes. */
import { type Body, readBody } from './request-fields.ts';
import { digestOfText } from '../draw.ts';
import { answerLimit } from './token-limit.ts';
import { checkModel, faultOf, type Parts } from './served-model.ts';
import { type Answer, badRequest, type Call, unreadable } from './call.ts';
import { rewardOf } from '../judge/reward.ts';
import { countTokens } from './tokens.ts';
import { countTemplated, type Turn, textOfTurns, turnsOf } from '../prompt/conversation.ts';

type Route = 'classify' | 'pooling';

/** What is scored: one conversation, or texts, of which the judge knows nothing. */
interface Input {
  readonly turns: readonly Turn[];
  readonly text: string;
  readonly tokens: number;
}

function inputsOf(body: Body): Input[] {
  const { input } = body;
  if (Array.isArray(body.messages)) {
    const turns = turnsOf(body);
    return [{ turns, text: textOfTurns(turns), tokens: countTemplated(turns, body.add_generation_prompt === true) }];
  }
  const texts: unknown[] = Array.isArray(input) ? input : [input];
  if (texts.length === 0 || !texts.every((text) => typeof text === 'string')) {
    throw unreadable("[{'loc': ('body', 'input'), 'msg': 'The simulator takes messages, or texts.'}]", 'body.input');
  }
  return texts.map((text) => ({ turns: [{ role: 'assistant', content: text }], text, tokens: countTokens(text) }));
}

const sigmoid = (score: number): number => Math.fround(1 / (1 + Math.exp(-score)));

/** One entry of `data`. Called probs even when they are raw. */
const entryOf = (route: Route, index: number, score: number): unknown =>
  route === 'classify'
    ? { index, label: 'LABEL_0', probs: [score], num_classes: 1 }
    : { index, object: 'pooling', data: [score] };

/** Handles one request. */
export function pool(route: Route, call: Call, parts: Parts): Answer | Promise<Answer> {
  const body = readBody(call);
  checkModel(body, parts.model, false);
  const task = body.task ?? 'classify';
  if (route === 'pooling' && task !== 'classify') {
    throw badRequest(`Task ${String(task)} is not supported. Supported tasks: ['classify']`, 'task');
  }
  const inputs = inputsOf(body);
  for (const { tokens } of inputs) answerLimit(tokens, null, parts.maxModelTokens);
  const text = inputs.map((input) => input.text).join('\n');
  const asked = { digest: digestOfText(text), kind: 'score', order: null, seed: 0, n: inputs.length } as const;
  const fault = faultOf(parts.faults, asked, text);
  const promptTokens = inputs.reduce((sum, { tokens }) => sum + tokens, 0);
  const scores = inputs.map(({ turns }) => rewardOf(turns, parts.gold, parts.judge));

  return parts.engine.submit({
    asked,
    promptTokens,
    choices: inputs.map(() => ({ text: '', completionTokens: 0, finishReason: 'stop', stopReason: null })),
    fault,
    cancellation: call.cancellation,
    build: () => ({
      id: `${route === 'classify' ? 'classify' : 'pool'}-simulated-${parts.nextId()}`,
      object: 'list',
      created: Math.floor(Date.now() / 1000),
      model: parts.model,
      data: scores.map((score, index) => entryOf(route, index, body.use_activation === false ? score : sigmoid(score))),
      usage: {
        prompt_tokens: promptTokens,
        total_tokens: promptTokens,
        completion_tokens: 0,
        prompt_tokens_details: null,
      },
    }),
  });
}
