import { chanceOf, seedNote, testSeed } from '@proofmill/test-kit';
import { describe, expect, it } from 'vitest';
import { proofOfRationale, rationaleOfProof } from './proof-form.ts';

const rule = {
  rule: 'proof' as const,
  opening: 'Here is my justification for why the selected response is the better one.',
  conclusion: 'Thus, Response {winner} is better.',
  minCharacters: 0,
  maxCharacters: 100_000,
};

describe('proofs and rationales', () => {
  it('convert into each other: the reasoning to <think>, the conclusion to <answer>', () => {
    const proof = `${rule.opening} First, Response A is right. Response B is not. Thus, Response A is better.`;
    const rationale = '<think> First, Response A is right. Response B is not. </think>\n<answer>\nA\n</answer>';
    expect(rationaleOfProof(proof, rule)).toBe(rationale);
    expect(proofOfRationale(rationale, rule)).toBe(proof);
  });

  it('survive a round trip, whatever the reasoning says', () => {
    const chance = chanceOf(testSeed);
    const pieces = [
      '\n',
      ' ',
      'Response A',
      'Thus, Response B is better.',
      '$&',
      '{winner}',
      '<',
      'answer>',
      'é😀',
      rule.opening,
      '\u2028',
    ];
    for (let round = 0; round < 3000; round += 1) {
      const body = Array.from(
        { length: Math.floor(chance() * 12) },
        () => pieces[Math.floor(chance() * pieces.length)],
      ).join('');
      const letter = chance() < 0.5 ? 'A' : 'B';
      const proof = `${rule.opening}${body}${rule.conclusion.replace('{winner}', letter)}`;
      const rationale = rationaleOfProof(proof, rule);
      const where = `${seedNote}, ${JSON.stringify(body)}`;
      if (rationale === null) expect(/<\/?(think|answer)>/i.test(body), where).toBe(true);
      else expect(proofOfRationale(rationale, rule), where).toBe(proof);
    }
  });

  it('are refused if the form differs or their tags would be read as the frame', () => {
    expect(rationaleOfProof('No opening. Thus, Response A is better.', rule)).toBeNull();
    expect(rationaleOfProof(`${rule.opening} No conclusion.`, rule)).toBeNull();
    expect(rationaleOfProof(`${rule.opening} <answer>B</answer> Thus, Response A is better.`, rule)).toBeNull();
    expect(proofOfRationale('<think>x</think><answer>A</answer>', rule)).toBeNull();
  });
});
