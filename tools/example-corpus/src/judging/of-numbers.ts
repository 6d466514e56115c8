/** Pairs about whole numbers. */
import { type DecidableMaker, inTheSameWords } from './decidable.ts';

const comparison: DecidableMaker = (chance) => {
  const one = chance.between(2, 99);
  const two = one + chance.between(1, 97);
  const [first, second] = chance.shuffle([one, two]) as [number, number];
  const wantsLarger = chance.next() < 0.5;
  const [right, wrong] = wantsLarger ? [two, one] : [one, two];
  const [rightText, wrongText] = inTheSameWords(chance, `${right}`, `${wrong}`);
  const [asked, other] = wantsLarger ? ['larger', 'smaller'] : ['smaller', 'larger'];
  return {
    kind: 'comparison',
    prompt: `Which number is ${asked}, ${first} or ${second}?`,
    asked: `the ${asked} number`,
    right: { text: rightText, fact: `says ${right}, which is ${asked}: right.` },
    wrong: { text: wrongText, fact: `says ${wrong}, which is ${other}: wrong.` },
  };
};

const parity: DecidableMaker = (chance) => {
  const low = chance.between(1, 80);
  const high = low + chance.between(10, 90);
  const even = 2 * chance.between(Math.ceil(low / 2), Math.floor(high / 2));
  const odd = 2 * chance.between(Math.ceil((low - 1) / 2), Math.floor((high - 1) / 2)) + 1;
  const wantsEven = chance.next() < 0.5;
  const [right, wrong] = wantsEven ? [even, odd] : [odd, even];
  const [rightText, wrongText] = inTheSameWords(chance, `${right}`, `${wrong}`);
  const [asked, other] = wantsEven ? ['even', 'odd'] : ['odd', 'even'];
  return {
    kind: 'parity',
    prompt: `Give an ${asked} number between ${low} and ${high}.`,
    asked: `an ${asked} number`,
    right: { text: rightText, fact: `says ${right}, which is ${asked}: right.` },
    wrong: { text: wrongText, fact: `says ${wrong}, which is ${other}: wrong.` },
  };
};

export const ofNumbers: readonly DecidableMaker[] = [comparison, parity];
