import type { Proof, Rationale, Row } from '@proofmill/contract';

/** A kept row of two responses whose first one is better, without proof and rationale. */
export const rowWith = (more: Partial<Row> = {}): Row => ({
  ...{ id: '00000:0', sourceId: null, source: { file: 'corpus.jsonl', line: 1 } },
  ...{ prompt: [{ role: 'user', content: 'Which one?' }], responses: ['right', 'wrong'], gold: null, goldTied: [] },
  ...{ winner: 0, tie: false, confidence: 0.75, confidenceOf: 'votes', decidedBy: 'judge', sameAs: null },
  ...{ kept: true, keptReason: null, flags: [], votes: [], ranking: null, scores: null },
  ...{ rationale: null, proof: null, cascade: null, carried: [], judge: null, prover: null, tokens: [] },
  ...more,
});

export const proofIn = (order: number[], text: string, cut = false): Proof => ({
  ...{ order, text, cut, candidate: 0, candidates: 1, score: null, selectedBy: 'only-one', checks: [] },
});

export const rationaleIn = (order: number[], text: string, cut = false): Rationale => ({
  ...{ order, text, cut, vote: 0, secondTurnAt: null },
});
