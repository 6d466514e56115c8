/** Labels an item by scores: each distinct response is scored once, by itself, and the highest score wins. */
import type { ChatChoice, EngineRequest, FailedOutcome } from '@proofmill/contract';
import { seedBase } from '../asking/orders.ts';
import { sampleAnswers } from '../asking/outcome-texts.ts';
import { chatRequest, type Question, type Refusal } from '../asking/question.ts';
import type { Rounds } from '../asking/rounds.ts';
import type { ScoreReader } from '../reading/reader.ts';
import { whyUnreadable } from '../reading/why-unreadable.ts';
import { labelOfScores } from '../votes/label-of-scores.ts';
import { differentResponses } from '../votes/responses.ts';
import type { Judging, Labelled, LabelJudge } from './judging.ts';

type Scorer = LabelJudge<ScoreReader>;

/** Everything received so far. */
interface Sheet {
  readonly scores: Map<number, number>;
  readonly unreadable: ChatChoice[];
  refusal: Refusal | null;
}

const nothing: ChatChoice = { content: '', reasoning: '', finishReason: 'unknown' };

export function* scoring(judge: Scorer, judging: Judging): Rounds<Labelled> {
  const { responses } = judging.line.item;
  const players = differentResponses(responses);
  const sheet: Sheet = { scores: new Map(), unreadable: [], refusal: null };
  yield players.map((index) => questionFor(index, judge, judging, sheet));
  if (sheet.refusal) return { refused: sheet.refusal, votes: [] };
  if (sheet.unreadable.length > 0) return { failed: unreadable(sheet, players.length, judge.sampling.maxTokens) };
  const values = responses.map((text) => sheet.scores.get(responses.indexOf(text)) ?? Number.NaN);
  return { label: labelOfScores(values, responses) };
}

function questionFor(index: number, judge: Scorer, judging: Judging, sheet: Sheet): Question {
  return {
    request: requestFor(index, judge, judging),
    profile: judge.profile,
    order: [index],
    mayFail: judging.mayFail,
    take(reply) {
      switch (reply.kind) {
        case 'refused':
          sheet.refusal ??= reply;
          return;
        case 'score':
          sheet.scores.set(index, reply.score);
          return;
        case 'chat': {
          const [choice] = reply.choices;
          const score = choice ? judge.reader.read(choice) : null;
          if (score === null) sheet.unreadable.push(choice ?? nothing);
          else sheet.scores.set(index, score);
          return;
        }
        default:
          throw new TypeError(`a reply of kind ${reply.kind} to a request for a score`);
      }
    },
  };
}

function requestFor(index: number, judge: Scorer, { line, purpose }: Judging): EngineRequest {
  const { profile, engine, sampling } = judge;
  const messages = judge.render({ item: line.item, order: [index] });
  if (profile.endpoint !== 'chat') {
    const { endpoint, chatTemplateKwargs } = profile;
    const asker = judge.judge === undefined ? {} : { judge: judge.judge };
    return { kind: 'score', ...asker, endpoint, model: engine.model, messages, chatTemplateKwargs };
  }
  return chatRequest(judge, { messages, seed: seedBase(line.digest, [index], sampling.seed, purpose), n: 1 });
}

const unreadable = (sheet: Sheet, responses: number, maxTokens: number): Omit<FailedOutcome, 'tokens'> => ({
  type: 'failed',
  class: 'no-valid-judgment',
  message: `${sheet.unreadable.length} of ${responses} responses got no score that could be read: ${whyUnreadable(sheet.unreadable, maxTokens)}`,
  ...sampleAnswers(sheet.unreadable),
  votes: [],
});
