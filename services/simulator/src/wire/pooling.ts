/** POST /classify and POST /pooling: the score of a reward model with one label, in place of the generating routes. */
import { digestOfText } from '../digest.ts';
import { faultOf } from '../faults/effects.ts';
import { rewardOf } from '../judge/reward.ts';
import { type Turn, textOfTurns } from '../prompt/conversation.ts';
import type { Answer, Call } from './call.ts';
import { countTemplated } from './chat-template.ts';
import { badRequest, schemaViolation } from './refusal.ts';
import { type Body, messagesField, readBody } from './request-fields.ts';
import { checkModel, type ServedModel } from './served-model.ts';
import { answerLimit } from './token-limit.ts';
import { countTokens } from './tokens.ts';
import { usage } from './usage.ts';

type Route = 'classify' | 'pooling';

/** A text to score. */
interface Input {
  readonly turns: readonly Turn[];
  readonly text: string;
  readonly tokens: number;
}

/** One conversation, or texts of which no corpus knows anything. */
function inputsOf(body: Body): Input[] {
  const { input } = body;
  if (Array.isArray(body.messages)) {
    const turns = messagesField(body);
    return [{ turns, text: textOfTurns(turns), tokens: countTemplated(turns, body.add_generation_prompt === true) }];
  }
  const texts: unknown[] = Array.isArray(input) ? input : [input];
  if (texts.length === 0 || !texts.every((text) => typeof text === 'string')) {
    throw schemaViolation(
      "[{'loc': ('body', 'input'), 'msg': 'The simulator takes messages, or texts.'}]",
      'body.input',
    );
  }
  return texts.map((text) => ({ turns: [{ role: 'assistant', content: text }], text, tokens: countTokens(text) }));
}

const sigmoid = (score: number): number => Math.fround(1 / (1 + Math.exp(-score)));

/** One entry of `data`. vLLM calls scores `probs` even when they are raw. */
const entryOf = (route: Route, index: number, score: number): unknown =>
  route === 'classify'
    ? { index, label: 'LABEL_0', probs: [score], num_classes: 1 }
    : { index, object: 'pooling', data: [score] };

/** Answers one request. */
export function pool(route: Route, call: Call, model: ServedModel): Answer | Promise<Answer> {
  const body = readBody(call);
  checkModel(body, model.name, false);
  const task = body.task ?? 'classify';
  if (route === 'pooling' && task !== 'classify') {
    throw badRequest(`Task ${String(task)} is not supported. Supported tasks: ['classify']`, 'task');
  }
  const inputs = inputsOf(body);
  for (const { tokens } of inputs) answerLimit(tokens, null, model.maxModelTokens);
  const text = inputs.map((input) => input.text).join('\n');
  const asked = { digest: digestOfText(text), kind: 'score', order: null, seed: 0, n: inputs.length } as const;
  const fault = faultOf(model.faults, asked, text);
  const promptTokens = inputs.reduce((sum, { tokens }) => sum + tokens, 0);
  const scores = inputs.map(({ turns }) => rewardOf(turns, model.gold, model.judge));
  const shownScores = body.use_activation === false ? scores : scores.map(sigmoid);

  return model.engine.submit({
    asked,
    promptTokens,
    choices: inputs.map(() => ({ text: '', completionTokens: 0, finishReason: 'stop', stopReason: null })),
    fault,
    cancellation: call.cancellation,
    build: () => ({
      id: `${route === 'classify' ? 'classify' : 'pool'}-simulated-${model.nextId()}`,
      object: 'list',
      created: Math.floor(Date.now() / 1000),
      model: model.name,
      data: shownScores.map((score, index) => entryOf(route, index, score)),
      usage: usage(promptTokens, []),
    }),
  });
}
