/** Joins what was planned with what came out: a row for every item with a label, a failure for every record without one. */
import {
  type Failure,
  itemId,
  type Judge,
  type OutcomeBody,
  type PackLine,
  type Row,
  type StageDefinition,
  sha256,
} from '@proofmill/contract';

export type Joined = { readonly row: Row } | { readonly failure: Failure };

/** Who answered in a stage, as every row of it says. */
export function judgeOf(definition: StageDefinition): Judge {
  const { profile, engine, sampling } = definition;
  return {
    profile: profile.name,
    version: profile.version,
    promptSha256: sha256(profile.messages.map((message) => `${message.role}\n${message.template}`).join('\n\n')),
    model: engine.model,
    revision: engine.revision,
    sampling,
  };
}

/**
 * The row or failure of one planned record. `imitations` lists pieces of the judge's frame found in the responses: such a row
 * is flagged and not kept.
 */
export function joinOutcome(options: {
  definition: StageDefinition;
  judge: Judge;
  shard: number;
  line: PackLine;
  outcome: OutcomeBody;
  imitations: (responses: readonly string[]) => string[];
}): Joined {
  const { definition, judge, shard, line, outcome, imitations } = options;
  const id = itemId(shard, line.index);

  if (!line.ask) {
    if (line.prior && 'responses' in line.prior) {
      const { settled, prior } = line;
      return {
        row:
          settled.type === 'skipped' ? prior : { ...prior, kept: false, keptReason: `proof-failed: ${settled.class}` },
      };
    }
    if (line.prior) return { failure: line.prior };
  }
  const place = line.ask ? line.item : line;
  const failure = (code: string, message: string, more: Partial<Failure> = {}): Joined => ({
    failure: {
      id,
      sourceId: place.sourceId,
      source: place.source,
      stage: definition.name,
      class: code,
      message,
      answers: [],
      votes: [],
      tokens: [],
      ...more,
    },
  });
  if (outcome.type === 'skipped') return failure('skipped', outcome.reason);
  if (!line.ask) {
    return outcome.type === 'failed' ? failure(outcome.class, outcome.message) : failure('unexpected', '');
  }

  const tokens = { stage: definition.name, ...outcome.tokens };
  if (line.prior) {
    const { prior } = line;
    const proof = outcome.type === 'done' ? (outcome.proof ?? null) : null;
    const broken = proof?.checks.filter((check) => !check.passed).map((check) => check.name) ?? [];
    // The prover's frame has pieces of its own.
    const imitated = imitations(prior.responses).map(imitationFlag);
    const flags = [...prior.flags, ...imitated.filter((flag) => !prior.flags.includes(flag))];
    const keptReason =
      outcome.type === 'failed'
        ? `proof-failed: ${outcome.class}`
        : proof === null
          ? 'proof-failed: unexpected'
          : imitated.length > 0
            ? 'imitates-frame'
            : broken.length > 0
              ? `proof: ${broken.join(', ')}`
              : null;
    const kept = keptReason === null;
    return {
      row: { ...prior, kept, keptReason, flags, proof, prover: judge, tokens: [...prior.tokens, tokens] },
    };
  }
  if (outcome.type === 'failed') {
    const { answers, votes } = outcome;
    return failure(outcome.class, outcome.message, { answers, votes, tokens: [tokens] });
  }
  if (!outcome.label) return failure('unexpected', 'the outcome of a label stage holds no label', { tokens: [tokens] });

  const { item } = line;
  const { label } = outcome;
  const wrong = label.votes.find(({ order }) => order.length !== item.responses.length);
  if (wrong) {
    const message = `its votes are on ${wrong.order.length} responses, the item has ${item.responses.length}`;
    return failure('unexpected', message, { tokens: [tokens] });
  }
  const flags = imitations(item.responses).map(imitationFlag);
  const keptReason = flags.length > 0 ? 'imitates-frame' : label.tie ? 'tie' : null;
  return {
    row: {
      id,
      sourceId: item.sourceId,
      source: item.source,
      prompt: item.prompt,
      responses: item.responses,
      gold: item.gold,
      winner: label.winner,
      tie: label.tie,
      confidence: label.confidence,
      kept: keptReason === null,
      keptReason,
      flags,
      votes: label.votes,
      rationale: label.rationale,
      proof: null,
      judge,
      prover: null,
      tokens: [tokens],
    },
  };
}

const imitationFlag = (mark: string): string => `imitates the frame: ${mark}`;

/** What a poisoned item's outcome is. */
export const poisonOutcome: OutcomeBody = {
  type: 'failed',
  class: 'poison',
  message: 'the engine died three times with this item in it, the last time alone',
  answers: [],
  votes: [],
  tokens: { prompt: 0, completion: 0 },
};
