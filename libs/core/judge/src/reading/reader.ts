/**
 * What each parse rule makes of an answer: the one place of this package where rules are told apart. A new rule does not
 * compile until it says here what it means.
 */
import { type ChatChoice, type ParseRule, type ProofRule, ruleGives, type VerdictRule } from '@proofmill/contract';
import { type Decider, decideByProbability, decideByVotes } from '../votes/decision.ts';
import { findBoxed } from './boxed.ts';
import { findBoxedScores } from './boxed-scores.ts';
import { findBracketed } from './bracketed.ts';
import type { Found } from './found.ts';
import { findJson } from './json.ts';
import { findPlain } from './plain.ts';
import { type Reading, readText } from './read-text.ts';
import { readScalar } from './scalar.ts';
import { findTagged } from './tagged.ts';
import { readTokenProbabilities } from './token-probabilities.ts';
import type { Verdicts } from './verdict-words.ts';

/** For a judge that compares two responses. */
export interface VerdictReader {
  readonly gives: 'verdict';
  read(choice: ChatChoice): Reading;
  /** Whether the judge can say that neither response is better. */
  readonly canTie: boolean;
  /** The answer cannot be read without the log-probabilities of its tokens. */
  readonly needsLogprobs: boolean;
  /** What the votes on a pair add up to. */
  readonly decide: Decider;
}

/** For a judge that scores one response by itself. */
export interface ScoreReader {
  readonly gives: 'score';
  /** Null for an answer without a score. An engine that answers with scores gives nothing to read. */
  read(choice: ChatChoice): number | null;
}

/** For a prover: what it says is checked, not read. */
interface ProofReader {
  readonly gives: 'proof';
  readonly rule: ProofRule;
}

export type Reader = VerdictReader | ScoreReader | ProofReader;

export function readerOf(rule: ParseRule): Reader {
  switch (rule.rule) {
    case 'scalar': {
      const { attribute } = rule;
      return {
        gives: ruleGives[rule.rule],
        read: (choice) => (attribute === undefined ? null : readScalar(choice, attribute)),
      };
    }
    case 'proof':
      return { gives: ruleGives[rule.rule], rule };
    default:
      return verdictReaderOf(rule);
  }
}

export function verdictReaderOf(rule: VerdictRule): VerdictReader {
  switch (rule.rule) {
    case 'tagged':
      // A tag is asked for by its name, so a verdict in one counts also where the model forgot to end its thinking first.
      return textReader((visible) => findTagged(visible, rule), { canTie: mayTie(rule.verdicts), whileThinking: true });
    case 'bracketed':
      return textReader((visible) => findBracketed(visible, rule), { canTie: mayTie(rule.verdicts) });
    case 'boxed':
      return textReader((visible) => findBoxed(visible, rule), { canTie: mayTie(rule.verdicts) });
    case 'plain':
      return textReader((visible) => findPlain(visible, rule), { canTie: mayTie(rule.verdicts) });
    case 'boxed-scores':
      return textReader((visible) => findBoxedScores(visible, rule), { canTie: false });
    case 'json':
      return textReader((visible) => findJson(visible, rule), { canTie: mayTie(rule.verdict?.verdicts ?? {}) });
    case 'token-probabilities':
      return {
        gives: ruleGives[rule.rule],
        read: (choice) => readTokenProbabilities(choice, rule),
        canTie: true,
        needsLogprobs: true,
        decide: decideByProbability,
      };
    default:
      return rule satisfies never;
  }
}

const mayTie = (verdicts: Verdicts): boolean => Object.values(verdicts).includes('tie');

const textReader = (
  find: (visible: string) => Found,
  { canTie, whileThinking = false }: { canTie: boolean; whileThinking?: boolean },
): VerdictReader => ({
  gives: 'verdict',
  read: (choice) => readText(choice, find, whileThinking),
  canTie,
  needsLogprobs: false,
  decide: decideByVotes,
});
