import {
  type ChatAnswer,
  type ChatChoice,
  type ChatRequest,
  ConfigurationError,
  type Profile,
} from '@proofmill/contract';
import { answerFormOf, type Fit } from '@proofmill/judge';

/** So many answers to requests with a regular expression are looked at .. */
const watched = 20;
/** .. and so many of them that it does not allow are enough. An engine that holds its answers to it gives none at all. */
const enough = 5;

interface Watch {
  /** Null where the expression holds something that is not known here: nothing can be concluded. */
  readonly fit: ((text: string) => Fit) | null;
  seen: number;
  broken: number;
}

/**
 * Watches for an engine that ignores the regular expression of its requests (structured_outputs): most servers ignore fields that they do
 * not know, and the answers of a whole stage would be unreadable.
 */
export class AnswerForms {
  readonly #watches = new Map<string, Watch>();

  /**
   * Takes note of an answer.
   * @throws ConfigurationError at the fifth text that the regular expression does not allow, among the first twenty that show anything
   */
  note({ regex, judge = 'own' }: ChatRequest, { choices }: ChatAnswer, { name }: Profile): void {
    if (regex === undefined) return;
    const key = `${judge} ${regex}`;
    const watch = this.#watches.get(key) ?? { fit: answerFormOf(regex), seen: 0, broken: 0 };
    this.#watches.set(key, watch);
    const { fit } = watch;
    if (fit === null) return;
    for (const choice of choices) {
      if (watch.seen >= watched) return;
      const isKept = keepsTo(fit, choice);
      if (isKept === null) continue;
      watch.seen += 1;
      if (!isKept) watch.broken += 1;
      if (watch.broken >= enough) throw ignored(watch, name);
    }
  }
}

/** Whether an answer has the form; null where it shows nothing. */
function keepsTo(fit: (text: string) => Fit, choice: ChatChoice): boolean | null {
  const { content, reasoning, finishReason } = choice;
  const isCut = finishReason === 'length';
  if (!isCut && finishReason !== 'stop') return null;
  // Where a reasoning parser is at work, nothing is enforced before the reasoning ends.
  if (reasoning !== '' && content.trim() === '') return null;
  const fits = textsOf(choice).map(fit);
  if (fits.includes('whole')) return true;
  // A text that is cut may have been about to match. One that no further text can mend was not.
  return isCut && fits.includes('beginning') ? null : false;
}

/** The answer as the model may have written it: a reasoning parser takes it apart, and not every one keeps the tags and the blanks. */
function textsOf({ content, reasoning }: ChatChoice): string[] {
  if (reasoning === '') return [content, content.trim()];
  const tagged = `${reasoning}</think>${content}`;
  return [content, content.trim(), reasoning + content, tagged, `<think>${tagged}`, `<think>\n${tagged}`];
}

const ignored = ({ seen, broken }: Watch, name: string): ConfigurationError =>
  new ConfigurationError(
    `The engine ignores the regex of the judge ${name}: ${broken} of ${seen} answers do not match it, and an engine that knows structured_outputs never gives such an answer. Use an engine that does, such as vLLM, or take regex out of the profile if its answers can be read without it; proofmill preview shows them.`,
  );
