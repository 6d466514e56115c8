import { ConfigurationError, type Profile } from '@proofmill/contract';

/** So many raw rewards do not all lie between 0 and 1 by chance. */
const suspicious = 100;

/**
 * Watches for a server that gives the sigmoid of a reward, although it was asked for the reward itself: it is exactly 1 in float32
 * from a reward of about 17 on, so that good responses become equal.
 */
export class ScoreRange {
  #inUnitInterval = 0;
  #isRaw = false;

  /** @throws ConfigurationError at the hundredth score, where all lie between 0 and 1 and the profile does not say that they may */
  note(score: number, { name, parse }: Profile): void {
    if (this.#isRaw || (parse.rule === 'scalar' && parse.unitInterval)) return;
    if (score < 0 || score > 1) {
      this.#isRaw = true;
      return;
    }
    this.#inUnitInterval += 1;
    if (this.#inUnitInterval < suspicious) return;
    throw new ConfigurationError(
      `The first ${suspicious} scores lie between 0 and 1: the server seems to ignore use_activation: false and to give sigmoids, in which high rewards are equal. Start vLLM with --pooler-config '{"use_activation": false}'. If the model does score from 0 to 1, say so in the profile ${name}: parse: { rule: scalar, unitInterval: true }.`,
    );
  }
}
