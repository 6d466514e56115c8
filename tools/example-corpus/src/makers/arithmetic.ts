/** Arithmetic of everyday life. The wrong answer makes the mistake that people make. */
import { type Draft, dollars, dress, grouped, type Maker, type Worked } from './draft.ts';

const finish = (
  chance: Parameters<Maker>[0],
  question: string,
  right: Worked,
  wrong: Worked,
  explanation: string,
): Draft => ({
  kind: 'arithmetic',
  question,
  better: dress(chance, right),
  worse: dress(chance, wrong),
  explanation,
});

const product: Maker = (chance) => {
  const [a, b] = [chance.between(13, 89), chance.between(12, 69)];
  const tens = b - (b % 10);
  const ones = b % 10;
  const right = a * b;
  const slip = chance.pick([10, -10, 100, a, -a]);
  const steps = (sum: number): string =>
    ones === 0
      ? `${a} × ${tens} is ${a} × ${tens / 10} with a zero at the end, which gives ${grouped(sum)}.`
      : `${a} × ${tens} = ${grouped(a * tens)} and ${a} × ${ones} = ${grouped(sum - a * tens)}, and adding the two gives ${grouped(sum)}.`;
  const worked = (sum: number): Worked => ({
    result: `${a} × ${b} is ${grouped(sum)}`,
    value: grouped(sum),
    steps: steps(sum),
  });
  const question = chance.pick([
    `What's ${a} times ${b}?`,
    `Can you multiply ${a} by ${b} for me?`,
    `${a} x ${b} = ?`,
    `My daughter got stuck on ${a} × ${b} in her homework. What's the answer?`,
    `I don't have a calculator at hand, what is ${a} × ${b}?`,
  ]);
  return finish(chance, question, worked(right), worked(right + slip), `${a} × ${b} is ${grouped(right)}.`);
};

const percentage: Maker = (chance) => {
  const share = chance.pick([5, 12, 15, 18, 20, 25, 30, 35, 40, 60, 75]);
  const whole = chance.between(4, 60) * 20;
  const right = (whole * share) / 100;
  const wrong = chance.pick([right * 10, right * 10, right / 10, right / 2]);
  const worked = (value: number, way: string): Worked => ({
    result: `${share}% of ${grouped(whole)} is ${grouped(value)}`,
    value: grouped(value),
    steps: way,
  });
  const question = chance.pick([
    `What is ${share}% of ${whole}?`,
    `How much is ${share} percent of ${whole}?`,
    `${share}% of the ${whole} people we invited have replied so far. How many is that?`,
    `Quick one: ${share}% of ${whole}?`,
  ]);
  return finish(
    chance,
    question,
    worked(right, `1% of ${whole} is ${grouped(whole / 100)}, and ${share} times that is ${grouped(right)}.`),
    worked(wrong, `Multiply ${whole} by ${share}, move the decimal point, and you get ${grouped(wrong)}.`),
    `${share}% of ${grouped(whole)} is ${grouped(right)}, since 1% is ${grouped(whole / 100)}.`,
  );
};

const shopping: Maker = (chance) => {
  const things = chance.pick([
    'notebooks',
    'light bulbs',
    'paint brushes',
    'concert tickets',
    'bags of compost',
    'USB cables',
  ]);
  const count = chance.between(3, 12);
  const each = chance.between(5, 60) * 25;
  const coupon = chance.between(1, 3) * 200;
  const total = count * each;
  const right = total - coupon;
  const wrong = chance.pick([total, total + coupon, total - count * 100, (count - 1) * each - coupon]);
  const question = chance.pick([
    `I'm buying ${count} ${things} at ${dollars(each)} each and I have a coupon for ${dollars(coupon)} off the whole order. What do I pay?`,
    `${count} ${things}, ${dollars(each)} apiece, minus a ${dollars(coupon)} voucher on the total. How much is it?`,
    `How much will ${count} ${things} cost if one is ${dollars(each)} and the shop takes ${dollars(coupon)} off my total?`,
  ]);
  return finish(
    chance,
    question,
    {
      result: `you pay ${dollars(right)}`,
      value: dollars(right),
      steps: `${count} × ${dollars(each)} is ${dollars(total)}, and taking off ${dollars(coupon)} leaves ${dollars(right)}.`,
    },
    {
      result: `you pay ${dollars(wrong)}`,
      value: dollars(wrong),
      steps: `Multiply the price of one by ${count}, then account for the ${dollars(coupon)}, and the amount due is ${dollars(wrong)}.`,
    },
    `${count} × ${dollars(each)} is ${dollars(total)}; with ${dollars(coupon)} off, the price is ${dollars(right)}.`,
  );
};

const reading: Maker = (chance) => {
  const perDay = chance.pick([15, 20, 25, 30, 35, 40]);
  const days = chance.between(6, 20);
  const pages = perDay * (days - 1) + chance.between(1, perDay - 1);
  const wrong = days - 1;
  const rest = pages - perDay * wrong;
  const question = chance.pick([
    `My book has ${pages} pages and I read ${perDay} a day. How many days will it take me to finish it?`,
    `If I read ${perDay} pages every day, how many days do I need for a ${pages}-page novel?`,
    `${pages} pages, ${perDay} per day, on which day do I finish?`,
  ]);
  return finish(
    chance,
    question,
    {
      result: `you need ${days} days`,
      value: `${days} days`,
      steps: `After ${wrong} days you have read ${perDay * wrong} pages, and the last ${rest} need one more day.`,
    },
    {
      result: `you need ${wrong} days`,
      value: `${wrong} days`,
      steps: `${pages} divided by ${perDay} gives a little over ${wrong}, which rounds down to ${wrong}.`,
    },
    `${wrong} days cover only ${perDay * wrong} of the ${pages} pages, so it takes ${days} days.`,
  );
};

const precedence: Maker = (chance) => {
  const [a, b, c, d] = [chance.between(4, 19), chance.between(3, 9), chance.between(3, 9), chance.between(1, 9)];
  const right = a + b * c - d;
  const wrong = (a + b) * c - d;
  const text = `${a} + ${b} × ${c} − ${d}`;
  const question = chance.pick([
    `What is ${text}?`,
    `Please evaluate ${text}.`,
    `A friend and I get different results for ${text}. Which is it?`,
    `Solve: ${text}`,
  ]);
  return finish(
    chance,
    question,
    {
      result: `the result is ${right}`,
      value: String(right),
      steps: `Multiplication comes first: ${b} × ${c} = ${b * c}, then ${a} + ${b * c} − ${d} = ${right}.`,
    },
    {
      result: `the result is ${wrong}`,
      value: String(wrong),
      steps: `Going from left to right, ${a} + ${b} = ${a + b}, times ${c} is ${(a + b) * c}, minus ${d} leaves ${wrong}.`,
    },
    `Multiplication goes before addition, so ${text} is ${right}.`,
  );
};

const average: Maker = (chance) => {
  const mean = chance.between(40, 90);
  const [near, far] = [chance.between(1, 9), chance.between(10, 19)];
  const numbers = chance.shuffle([mean - near, mean + near, mean - far, mean + far, mean]);
  const sum = mean * 5;
  const list = numbers.join(', ');
  const wrong = chance.pick([Math.round(sum / 4), mean + chance.pick([2, 3, -2, -3])]);
  const worked = (value: number, divisor: number): Worked => ({
    result: `the average is ${value}`,
    value: String(value),
    steps: `The numbers add up to ${grouped(sum)}, and divided by ${divisor} that makes ${value}.`,
  });
  const question = chance.pick([
    `What's the average of ${list}?`,
    `My scores this term were ${list}. What is my mean score?`,
    `Compute the arithmetic mean of ${list}.`,
  ]);
  return finish(
    chance,
    question,
    worked(mean, 5),
    worked(wrong, wrong === Math.round(sum / 4) ? 4 : 5),
    `The five numbers add up to ${sum}, so their mean is ${mean}.`,
  );
};

/** All makers of this kind. */
export const arithmetic: readonly Maker[] = [product, percentage, shopping, reading, precedence, average];
