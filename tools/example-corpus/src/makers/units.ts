/** Conversions of units. The wrong answer divides where it should multiply, or forgets a step. */
import { type Chance, dress, grouped, type Maker, type Worked } from './draft.ts';

interface Conversion {
  readonly from: string;
  readonly to: string;
  readonly amounts: readonly number[];
  readonly convert: (amount: number) => number;
  readonly mistakes: readonly (readonly [convert: (amount: number) => number, rule: string])[];
  /** How it is done, said of the right way. */
  readonly rule: string;
  readonly digits: number;
}

const conversions: readonly Conversion[] = [
  {
    from: 'miles',
    to: 'kilometres',
    amounts: [3, 5, 8, 12, 26, 40, 60, 75, 100, 250],
    convert: (amount) => amount * 1.609344,
    mistakes: [
      [(amount) => amount / 1.609344, 'Divide the miles by 1.609'],
      [(amount) => amount * 1.852, 'A mile is 1.852 km'],
    ],
    rule: 'One mile is about 1.609 km',
    digits: 1,
  },
  {
    from: 'kilograms',
    to: 'pounds',
    amounts: [2, 5, 7, 10, 23, 32, 60, 75, 90],
    convert: (amount) => amount / 0.45359237,
    mistakes: [
      [(amount) => amount * 0.45359237, 'Multiply by 0.4536'],
      [(amount) => amount * 2.54, 'One kilogram is 2.54 pounds'],
    ],
    rule: 'One kilogram is about 2.205 pounds',
    digits: 1,
  },
  {
    from: 'inches',
    to: 'centimetres',
    amounts: [6, 9, 11, 13, 15, 24, 27, 32, 55, 65],
    convert: (amount) => amount * 2.54,
    mistakes: [
      [(amount) => amount / 2.54, 'Divide by 2.54'],
      [(amount) => amount * 3, 'An inch is 3 cm'],
    ],
    rule: 'One inch is exactly 2.54 cm',
    digits: 2,
  },
  {
    from: '°C',
    to: '°F',
    amounts: [-10, -5, 5, 10, 15, 20, 25, 30, 35, 60, 80, 160, 180, 200, 220],
    convert: (amount) => amount * 1.8 + 32,
    mistakes: [
      [(amount) => amount * 1.8, 'Multiply by 9/5'],
      [(amount) => (amount + 32) * 1.8, 'Add 32 first and multiply the sum by 9/5'],
      [(amount) => amount + 32, 'The two scales are 32 degrees apart'],
    ],
    rule: 'Multiply by 9/5 and add 32',
    digits: 1,
  },
  {
    from: '°F',
    to: '°C',
    amounts: [14, 23, 41, 50, 59, 68, 77, 86, 95, 104, 212, 350, 425],
    convert: (amount) => (amount - 32) / 1.8,
    mistakes: [
      [(amount) => amount / 1.8, 'Divide by 9/5'],
      [(amount) => (amount - 32) * 1.8, 'Subtract 32, then multiply by 9/5'],
      [(amount) => amount - 32, 'The two scales are 32 degrees apart'],
    ],
    rule: 'Subtract 32, then multiply by 5/9',
    digits: 1,
  },
  {
    from: 'km/h',
    to: 'm/s',
    amounts: [18, 36, 54, 72, 90, 108, 144, 180],
    convert: (amount) => amount / 3.6,
    mistakes: [
      [(amount) => amount * 3.6, 'Multiply by 3.6, as there are 3,600 seconds in an hour'],
      [(amount) => amount / 6, 'Divide by 60 for the seconds and multiply by 10 for the metres'],
    ],
    rule: 'Divide by 3.6, as an hour has 3,600 seconds and a kilometre 1,000 metres',
    digits: 1,
  },
  {
    from: 'hours',
    to: 'minutes',
    amounts: [1.25, 1.75, 2.25, 2.5, 3.75, 4.25, 5.5, 6.75],
    convert: (amount) => amount * 60,
    mistakes: [
      [
        (amount) => Math.floor(amount) * 60 + Math.round((amount % 1) * 100),
        'Take 60 for each full hour and read the decimals as minutes',
      ],
      [(amount) => Math.floor(amount) * 60, 'An hour has 60 minutes'],
    ],
    rule: 'An hour has 60 minutes, the fraction included',
    digits: 0,
  },
  {
    from: 'US gallons',
    to: 'litres',
    amounts: [2, 5, 8, 10, 12, 15, 20, 55],
    convert: (amount) => amount * 3.785411784,
    mistakes: [
      [(amount) => amount / 3.785411784, 'Divide by 3.785'],
      [(amount) => amount * 2.2, 'A gallon is 2.2 litres'],
    ],
    rule: 'One US gallon is about 3.785 litres',
    digits: 1,
  },
  {
    from: 'square metres',
    to: 'square centimetres',
    amounts: [1.5, 2, 3, 4.2, 6, 12],
    convert: (amount) => amount * 10_000,
    mistakes: [
      [(amount) => amount * 100, 'A metre has 100 centimetres, so multiply by 100'],
      [(amount) => amount * 1000, 'Multiply by 1,000'],
    ],
    rule: 'One square metre is 100 cm × 100 cm, which is 10,000 square centimetres',
    digits: 0,
  },
];

const asked = (chance: Chance, amount: string, from: string, to: string): string =>
  chance.pick([
    `Convert ${amount} ${from} to ${to}.`,
    `How much is ${amount} ${from} in ${to}?`,
    `What's ${amount} ${from} in ${to}?`,
    `I need ${amount} ${from} expressed in ${to}, please.`,
    `My app only takes ${to}. What do I enter for ${amount} ${from}?`,
    `${amount} ${from} in ${to}?`,
  ]);

const conversion: Maker = (chance) => {
  const { from, to, amounts, convert, mistakes, rule, digits } = chance.pick(conversions);
  const amount = chance.pick(amounts);
  const shown = (value: number): string => grouped(Number(value.toFixed(digits)));
  const right = shown(convert(amount));
  const mistaken = mistakes.map(([mistake, way]) => ({ value: shown(mistake(amount)), way }));
  const wrong = chance.pick(mistaken.filter(({ value }) => value !== right));
  const worked = (value: string, way: string): Worked => ({
    result: `${grouped(amount)} ${from} is ${value} ${to}`,
    value: `${value} ${to}`,
    steps: way,
  });
  const explanation = `${rule}, so ${grouped(amount)} ${from} is ${right} ${to}.`;
  return {
    kind: 'units',
    question: asked(chance, grouped(amount), from, to),
    better: dress(chance, worked(right, `${rule}.`)),
    worse: dress(chance, worked(wrong.value, `${wrong.way}.`)),
    explanation,
  };
};

/** All makers of this kind. */
export const units: readonly Maker[] = [conversion];
