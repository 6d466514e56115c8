/**
 * The form of a proof, and its conversion to a rationale and back. GRAM-R2's paper (arXiv 2509.02492) converts between them by
 * "a reversible transformation rule" and shows one example; the rule here is ours and follows that example.
 */
import type { Proof, ProofRule } from '@proofmill/contract';

type Letter = 'A' | 'B';

const conclusionFor = (rule: ProofRule, letter: Letter): string => rule.conclusion.replace('{winner}', letter);

/** Checks that a proof is complete, has the requested form, and argues for its label only. No check judges the reasons. */
export function checkProof(text: string, finishReason: string, letter: Letter, rule: ProofRule): Proof['checks'] {
  const loser = letter === 'A' ? 'B' : 'A';
  const { minCharacters, maxCharacters } = rule;
  return [
    { name: 'whole', passed: finishReason === 'stop' },
    { name: 'opens as asked', passed: text.startsWith(rule.opening) },
    { name: 'speaks of both responses', passed: text.includes('Response A') && text.includes('Response B') },
    { name: 'concludes for its label', passed: text.endsWith(conclusionFor(rule, letter)) },
    { name: 'no verdict for the other side', passed: !text.includes(conclusionFor(rule, loser)) },
    { name: 'length', passed: text.length >= minCharacters && text.length <= maxCharacters },
    { name: 'no tags', passed: !/<\/?(?:think|answer)>/i.test(text) },
  ];
}

/**
 * Rewrites a proof as the answer of a reasoning judge: the text between opening and conclusion becomes the reasoning, the letter
 * in the conclusion the verdict. Null if the text does not have the form.
 */
export function rationaleOfProof(text: string, rule: ProofRule): string | null {
  for (const letter of ['A', 'B'] as const) {
    const conclusion = conclusionFor(rule, letter);
    if (!text.startsWith(rule.opening) || !text.endsWith(conclusion)) continue;
    if (text.length < rule.opening.length + conclusion.length) continue;
    const body = text.slice(rule.opening.length, text.length - conclusion.length);
    if (/<\/?(?:think|answer)>/i.test(body)) return null;
    return `<think>${body}</think>\n<answer>\n${letter}\n</answer>`;
  }
  return null;
}

/** The inverse of `rationaleOfProof`. Null if the text is not one of its results. */
export function proofOfRationale(rationale: string, rule: ProofRule): string | null {
  const found = /^<think>([\s\S]*)<\/think>\n<answer>\n([AB])\n<\/answer>$/.exec(rationale);
  const [, body, letter] = found ?? [];
  if (body === undefined || letter === undefined) return null;
  return `${rule.opening}${body}${conclusionFor(rule, letter as Letter)}`;
}
