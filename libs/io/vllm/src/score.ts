/** The body of a request for the score of a conversation, and the reading of its answer. */
import { ConfigurationError, isScore, type ScoreAnswer, type ScoreRequest } from '@proofmill/contract';
import { bodyOf, listAt, modelAt, objectOf, usageAt } from './fields.ts';
import { templateFields } from './template-fields.ts';
import { unreadableAnswer } from './unusable-answer.ts';

/**
 * Raw: by default vLLM gives the sigmoid, which is exactly 1 in float32 from a reward of about 17 on. The conversation ends
 * with the response, so nothing opens a further answer; the template has written the special tokens already.
 */
export const scoreBody = (request: ScoreRequest) => ({
  model: request.model,
  messages: request.messages,
  add_generation_prompt: false,
  add_special_tokens: false,
  use_activation: false,
  ...templateFields(request.chatTemplateKwargs),
  ...(request.endpoint === 'pooling' ? { task: 'classify' } : {}),
});

/**
 * @throws ConfigurationError when the model does not give exactly one number for a conversation
 * @throws RetryableError engine-error when it is not an answer of that kind
 */
export function readScoreAnswer(answer: unknown, { endpoint, model }: ScoreRequest): ScoreAnswer {
  const body = bodyOf(answer);
  const entries = listAt(body, 'data');
  if (entries.length !== 1) throw unreadableAnswer(`one score was asked for and ${entries.length} came`);
  const entry = objectOf(entries[0], 'its score');
  // /classify calls the values probabilities, even if no activation was applied.
  const values = listAt(entry, endpoint === 'classify' ? 'probs' : 'data');
  if (values.length !== 1 || Array.isArray(values[0]) || (entry.num_classes ?? 1) !== 1) {
    const classes = typeof entry.num_classes === 'number' ? entry.num_classes : values.length;
    throw new ConfigurationError(
      `The model ${model} is no reward model with one label: /${endpoint} gives ${classes} values for a conversation.`,
    );
  }
  const [score] = values;
  if (!isScore(score)) throw unreadableAnswer('its score is not a number, or is out of all range');
  return { kind: 'score', score, promptTokens: usageAt(body, 'prompt_tokens'), model: modelAt(body, model) };
}
