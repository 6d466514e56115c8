/**
 * The form of a proof, and what a proof of that form says as a rationale. GRAM-R2's paper (arXiv 2509.02492) turns one into the
 * other by "a reversible transformation rule" and shows one example of it; the rule here is ours and follows that example.
 */
import type { Proof, ProofRule } from '@proofmill/contract';

type Letter = 'A' | 'B';

const conclusionFor = (rule: ProofRule, letter: Letter): string => rule.conclusion.replace('{winner}', letter);

/** Whole, in the form that was asked for, for its label and not for the other. The checks are of form, not of reasons. */
export function checkProof(text: string, finishReason: string, letter: Letter, rule: ProofRule): Proof['checks'] {
  const other = letter === 'A' ? 'B' : 'A';
  const { minCharacters, maxCharacters } = rule;
  return [
    { name: 'whole', passed: finishReason === 'stop' },
    { name: 'opens as asked', passed: text.startsWith(rule.opening) },
    { name: 'speaks of both responses', passed: text.includes('Response A') && text.includes('Response B') },
    { name: 'concludes for its label', passed: text.endsWith(conclusionFor(rule, letter)) },
    { name: 'no verdict for the other side', passed: !text.includes(conclusionFor(rule, other)) },
    { name: 'length', passed: text.length >= minCharacters && text.length <= maxCharacters },
    { name: 'no tags', passed: !/<\/?(?:think|answer)>/i.test(text) },
  ];
}

/**
 * A proof as the answer of a judge that reasons: what stands between its opening and its conclusion is the reasoning, the letter
 * of the conclusion is the verdict. Null where the text is not of the form.
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

/** The proof that `rationaleOfProof` made this of. Null where it made it of none. */
export function proofOfRationale(rationale: string, rule: ProofRule): string | null {
  const found = /^<think>([\s\S]*)<\/think>\n<answer>\n([AB])\n<\/answer>$/.exec(rationale);
  const [, body, letter] = found ?? [];
  if (body === undefined || letter === undefined) return null;
  return `${rule.opening}${body}${conclusionFor(rule, letter as Letter)}`;
}
