/** Asks for the label of an item: its responses to the stage's judge, or to a cheap one first. */
import type { DoneOutcome, FailedOutcome, StageDefinition } from '@proofmill/contract';
import type { Asking, Spent } from './asking.ts';
import { type CascadeLabelling, cascade } from './cascade.ts';
import {
  type AskedLine,
  differentResponses,
  identicalLabel,
  type Labelling,
  type LabellingOptions,
} from './labelling.ts';
import { ranking } from './ranking.ts';
import type { Renderer } from './render.ts';
import { scoring } from './scoring.ts';

X

export interface LabelRenderers {
  readonly own: Renderer;
  readonly first: Renderer | null;
}

export function voting(definition: LabelDefinition, line: AskedLine, { own, first }: LabelRenderers): Asking {
  const tokens: Spent = { prompt: 0, completion: 0 };
  if (differentResponses(line.item.responses).length < 2) {
    return { spent: () => tokens, wave: () => [], outcome: () => ({ type: 'done', label: identicalLabel, tokens }) };
  }
  const common = { line, ranking: definition.ranking };
  const stageJudge = (): Labelling =>
    labelling({ ...common, judge: definition, render: own, spent: tokens, purpose: 'label', mayFail: false });
  const { labelled, cascaded, spent } = withFirst();

  return {
    // No accessor: V8 gives every object with one a hidden class of its own, which keeps the item alive until a full collection.
    spent,
    wave: (maxAnswers) => labelled.wave(maxAnswers),
    outcome(): DoneOutcome | FailedOutcome | null {
      const result = labelled.result();
      if (!result) return null;
      if ('refused' in result) throw new TypeError(`a refusal that nobody asked for: ${result.refused.message}`);
      if ('failed' in result) return { ...result.failed, tokens: spent() };
      const how = cascaded?.cascade();
      return { type: 'done', label: result.label, ...(how ? { cascade: how } : {}), tokens: spent() };
    },
  };

  function withFirst(): { labelled: Labelling; cascaded: CascadeLabelling | null; spent: () => Spent } {
    if (!definition.first || !first) return { labelled: stageJudge(), cascaded: null, spent: () => tokens };
    const firstSpent: Spent = { prompt: 0, completion: 0 };
    const cheap = labelling({
      ...common,
      judge: definition.first,
      render: first,
      spent: firstSpent,
      purpose: 'first',
      mayFail: true,
    });
    const both = cascade(cheap, firstSpent, definition.first.escalate, stageJudge);
    return {
      labelled: both,
      cascaded: both,
      spent: () => ({
        prompt: tokens.prompt + firstSpent.prompt,
        completion: tokens.completion + firstSpent.completion,
      }),
    };
  }
}

const labelling = (options: LabellingOptions): Labelling =>
  options.judge.profile.parse.rule === 'scalar' ? scoring(options) : ranking(options);
