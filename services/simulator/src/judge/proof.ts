/** The proving model: a justification of the verdict that it is given. */
import { type Draw, pick } from '../draw.ts';
import { oppositeOf } from '../prompt/comparison.ts';
import { type Argument, feedback } from './rationale.ts';

const opening = 'Here is my justification for why the selected response is the better one.';

/** Evidence for the winner, as running text that begins with Response A. */
function evidence(argument: Argument, draw: Draw): string {
  const [first = '', ...rest] = feedback(argument, draw);
  // A proof opens with "First, Response A": a sentence that begins otherwise needs a short one ahead of it.
  const opened = first.startsWith(argument.names.A) ? first : `${argument.names.A} has to be read closely. ${first}`;
  const reason = argument.explanation ? ` ${argument.explanation}` : '';
  return `${[opened, ...rest].join(' ')}${reason}`;
}

/** A proof of the given verdict. */
export const proof = (argument: Argument, draw: Draw): string =>
  `${opening} First, ${evidence(argument, draw)} Thus, Response ${argument.winner} is better.`;

/** A useless proof: it concludes for the other side, never concludes, or breaks the format. */
export function badProof(argument: Argument, draw: Draw): string {
  const words = evidence(argument, draw);
  return pick(draw, [
    `${opening} First, ${words} Thus, Response ${oppositeOf(argument.winner)} is better.`,
    `${opening} First, ${words} On the whole the two are hard to tell apart.`,
    `Sure! ${words} So I would go with the verdict as given.`,
  ]);
}
