/** The words of the proving model: a justification of a verdict that it is given. */
import { type Draw, pick } from '../draw.ts';
import { type Argument, feedback } from './rationale.ts';

const opening = 'Here is my justification for why the selected response is the better one.';

const other = (letter: 'A' | 'B'): 'A' | 'B' => (letter === 'A' ? 'B' : 'A');

/** Evidence for the winner, as running text that begins with Response A. */
function evidence(argument: Argument, draw: Draw): string {
  const [first = '', ...rest] = feedback(argument, draw);
  // The proof opens with "First, Response A": a sentence that begins otherwise is put behind a short one that does.
  const body = first.startsWith(argument.names.A) ? first : `${argument.names.A} has to be read closely. ${first}`;
  const reason = argument.explanation ? ` ${argument.explanation}` : '';
  return `${[body, ...rest].join(' ')}${reason}`;
}

/** A proof of the given verdict. */
export const proof = (argument: Argument, draw: Draw): string =>
  `${opening} First, ${evidence(argument, draw)} Thus, Response ${argument.winner} is better.`;

/** A proof that is of no use: it concludes for the other side, never concludes, or leaves the form. */
export function badProof(argument: Argument, draw: Draw): string {
  const words = evidence(argument, draw);
  return pick(draw, [
    `${opening} First, ${words} Thus, Response ${other(argument.winner)} is better.`,
    `${opening} First, ${words} On the whole the two are hard to tell apart.`,
    `Sure! ${words} So I would go with the verdict as given.`,
  ]);
}
