/** Why a row of an output, or a comparison of one, is not in a training set. The first reason that holds counts. */
export const leftOut = {
  imitation: 'the prompt or a response imitates the frame of a judge or a turn of a chat template; never exported',
  tie: 'the label is a tie, so that no response is the chosen one',
  'not-kept': 'the row is not kept: `keptReason` says why. `--keep all` takes these rows too',
  'below-confidence': '`confidence` is below `--min-confidence`, or the row has none',
  'below-probability': '`probability` is below `--min-probability`, or the row has none',
  'benchmark-prompt': 'its prompt is one of a benchmark that `--without` names',
  'benchmark-words': 'its prompt shares thirteen words in a row with a prompt of such a benchmark',
  'same-text': 'every other response has the text of the winner',
  turns: 'the conversation has turns that the trainer refuses or drops',
  'no-text': 'no proof and no rationale argues for the label',
  'cut-text': 'the proof or the rationale was cut, because it was too long',
  'tagged-text': 'the proof or the rationale holds `<think>` or `<answer>`, which would end it early',
  'other-responses': 'the proof or the rationale speaks of one response, or of more than two',
  contradicted: 'two rows say different things of the same comparison; all rows of it are left out',
  duplicate: 'another row says the same of the same comparison',
} as const;

export type LeftOut = keyof typeof leftOut;

/** How often each reason held; a reason that never held is absent. */
export type LeftOutCounts = Readonly<Partial<Record<LeftOut, number>>>;
