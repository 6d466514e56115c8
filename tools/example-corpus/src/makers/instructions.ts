/** Instructions with a condition that can be checked. Every pair is checked as it is made: better keeps it, worse breaks it. */
import type { Chance, Draft, Maker } from './draft.ts';

const topics: Readonly<Record<string, readonly string[]>> = {
  fruits: ['apple', 'banana', 'cherry', 'fig', 'grape', 'kiwi', 'lemon', 'mango', 'orange', 'papaya', 'pear', 'plum'],
  'farm animals': ['cow', 'donkey', 'duck', 'goat', 'goose', 'hen', 'horse', 'pig', 'sheep', 'turkey'],
  'musical instruments': ['cello', 'clarinet', 'drum', 'flute', 'guitar', 'harp', 'oboe', 'piano', 'trumpet', 'violin'],
  vegetables: ['beetroot', 'cabbage', 'carrot', 'celery', 'garlic', 'leek', 'onion', 'potato', 'radish', 'spinach'],
  tools: ['chisel', 'drill', 'file', 'hammer', 'pliers', 'saw', 'screwdriver', 'spanner', 'wrench'],
  sports: ['archery', 'badminton', 'cricket', 'fencing', 'handball', 'judo', 'rowing', 'rugby', 'tennis', 'volleyball'],
  colours: ['amber', 'blue', 'crimson', 'green', 'indigo', 'orange', 'pink', 'red', 'violet', 'white', 'yellow'],
  'European rivers': ['Danube', 'Ebro', 'Elbe', 'Loire', 'Oder', 'Po', 'Rhine', 'Rhône', 'Seine', 'Thames', 'Volga'],
};

const names = Object.keys(topics);
const words = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven'];

/** A pair whose condition has been checked. */
function checked(draft: Omit<Draft, 'kind'>, holds: (answer: string) => boolean): Draft {
  if (!holds(draft.better)) throw new Error(`the better answer breaks its condition: ${JSON.stringify(draft)}`);
  if (holds(draft.worse)) throw new Error(`the worse answer keeps its condition: ${JSON.stringify(draft)}`);
  return { kind: 'instructions', ...draft };
}

const bullets = (entries: readonly string[]): string => entries.map((entry) => `- ${entry}`).join('\n');
const lines = (text: string): number => text.split('\n').filter((line) => /^(- |\d+\. )/.test(line)).length;

const exactCount: Maker = (chance) => {
  const topic = chance.pick(names);
  const count = chance.between(3, 6);
  const other = count + chance.pick([-1, 1, 2]);
  const pool = chance.shuffle(topics[topic] ?? []);
  const intro = chance.pick(['', '', `Here are some ${topic} you might like:\n`, `Of course! A few ${topic}:\n`]);
  const question = chance.pick([
    `List exactly ${words[count]} ${topic}, one per line, as bullets.`,
    `Give me ${words[count]} ${topic} as a bulleted list. Exactly ${words[count]}, please.`,
    `I need a bullet list of ${topic} for a worksheet. It must have ${count} entries, no more and no fewer.`,
  ]);
  return checked(
    {
      question,
      better: `${chance.pick([intro, ''])}${bullets(pool.slice(0, count))}`,
      worse: `${chance.pick([intro, ''])}${bullets(pool.slice(0, other))}`,
      explanation: `The list has to have exactly ${count} bullets; the other response has ${other}.`,
    },
    (answer) => lines(answer) === count,
  );
};

const alphabetical: Maker = (chance) => {
  const topic = chance.pick(names.filter((name) => name !== 'European rivers'));
  const count = chance.between(4, 6);
  const sorted = chance.some(topics[topic] ?? [], count).sort();
  let unsorted = chance.shuffle(sorted);
  while (unsorted.join() === sorted.join()) unsorted = chance.shuffle(sorted);
  const shape = (entries: readonly string[]): string => chance.pick([entries.join(', '), `${entries.join(', ')}.`]);
  const isSorted = (answer: string): boolean => {
    const entries = answer.replace('.', '').split(', ');
    return [...entries].sort().join() === entries.join();
  };
  return checked(
    {
      question: chance.pick([
        `Name ${words[count]} ${topic} in alphabetical order, separated by commas, nothing else.`,
        `${count} ${topic}, comma-separated, sorted from A to Z. No extra text.`,
        `Please write down ${words[count]} ${topic} alphabetically on one line with commas between them.`,
      ]),
      better: shape(sorted),
      worse: shape(unsorted),
      explanation: `The ${topic} had to be in alphabetical order: ${sorted.join(', ')}.`,
    },
    isSorted,
  );
};

const people = ['Ada', 'Ben', 'Chen', 'Dana', 'Elif', 'Femi', 'Greta', 'Hugo', 'Ines', 'Jonas'];
const towns = ['Leeds', 'Porto', 'Lyon', 'Bergen', 'Graz', 'Turin', 'Ghent', 'Malmö'];

const jsonOnly: Maker = (chance) => {
  const person = chance.pick(people);
  const age = chance.between(19, 71);
  const town = chance.pick(towns);
  const good = JSON.stringify({ name: person, age, city: town }, null, chance.pick([0, 2]));
  const bad = chance.pick([
    `Here is the JSON you asked for:\n\n${good}\n\nLet me know if you need other fields.`,
    `{name: "${person}", age: ${age}, city: "${town}"}`,
    `{"name": "${person}", "age": ${age}, "city": "${town}",}`,
    `{"name": "${person}", "years": ${age}, "city": "${town}"}`,
    `name: ${person}, age: ${age}, city: ${town}`,
  ]);
  const holds = (answer: string): boolean => {
    try {
      return Object.keys(JSON.parse(answer) as object).join() === 'name,age,city';
    } catch {
      return false;
    }
  };
  return checked(
    {
      question: chance.pick([
        `Turn this into JSON with the keys name, age and city, and reply with nothing but the JSON: ${person} is ${age} and lives in ${town}.`,
        `"${person}, ${age} years old, from ${town}." Answer only with valid JSON (keys: name, age, city), no prose, no code fence.`,
        `My script parses your reply with JSON.parse, so send bare JSON with name, age, city. The data: ${person}, aged ${age}, ${town}.`,
      ]),
      better: good,
      worse: bad,
      explanation: 'The reply had to be valid JSON with the keys name, age and city and no other text.',
    },
    holds,
  );
};

const spelling: Maker = (chance) => {
  const word = chance.pick([
    'window',
    'garden',
    'planet',
    'copper',
    'bridge',
    'silver',
    'marble',
    'thunder',
    'lantern',
    'harvest',
    'compass',
    'blanket',
    'cabinet',
    'voyage',
  ]);
  const right = [...word].reverse().join('');
  const at = chance.between(1, word.length - 2);
  const swapped = [...right];
  [swapped[at], swapped[at + 1]] = [swapped[at + 1] ?? '', swapped[at] ?? ''];
  const wrong = swapped.join('') === right ? right.slice(0, -1) : swapped.join('');
  const say = (answer: string): string =>
    chance.pick([
      answer,
      `${answer}`,
      `"${word}" backwards is "${answer}".`,
      `Reading from the last letter to the first, you get: ${answer}`,
    ]);
  return checked(
    {
      question: chance.pick([
        `Spell "${word}" backwards.`,
        `Write the word ${word} in reverse.`,
        `What do you get if you read "${word}" from right to left?`,
      ]),
      better: say(right),
      worse: say(wrong),
      explanation: `"${word}" read from the last letter to the first is "${right}".`,
    },
    (answer) => answer.includes(right),
  );
};

const letters: Maker = (chance) => {
  const word = chance.pick([
    'strawberry',
    'banana',
    'Mississippi',
    'committee',
    'bookkeeper',
    'parallel',
    'excellence',
    'tomorrow',
    'assessment',
    'occurrence',
    'millennium',
    'raccoon',
  ]);
  const letter = chance.pick(
    [...new Set(word.toLowerCase())].filter((one) => word.toLowerCase().split(one).length > 2),
  );
  const right = word.toLowerCase().split(letter).length - 1;
  const wrong = right + chance.pick([-1, 1]);
  const say = (count: number): string =>
    chance.pick([
      () => String(count),
      () => `${count}.`,
      () => `The letter "${letter}" occurs ${count} ${count === 1 ? 'time' : 'times'} in "${word}".`,
      () => `Going through ${[...word].join('-')} letter by letter, I count ${count}.`,
    ])();
  return checked(
    {
      question: chance.pick([
        `How many times does the letter "${letter}" occur in "${word}"?`,
        `Count the ${letter}'s in ${word}.`,
        `"${word}": how many ${letter}'s?`,
      ]),
      better: say(right),
      worse: say(wrong),
      explanation: `"${word}" has the letter "${letter}" ${right} times.`,
    },
    (answer) => new RegExp(`\\b${right}\\b`).test(answer),
  );
};

const descending: Maker = (chance) => {
  const numbers = chance.some(
    Array.from({ length: 90 }, (_, index) => index + 10),
    chance.between(5, 7),
  );
  const sorted = [...numbers].sort((one, other) => other - one);
  const at = chance.between(0, sorted.length - 2);
  const slipped = chance.pick([
    [...sorted].reverse(),
    sorted.with(at, sorted[at + 1] ?? 0).with(at + 1, sorted[at] ?? 0),
    sorted.toSpliced(at, 1),
  ]);
  const say = (list: readonly number[]): string =>
    chance.pick([list.join(', '), `Sorted: ${list.join(', ')}`, `From large to small that is ${list.join(', ')}.`]);
  return checked(
    {
      question: chance.pick([
        `Sort these from largest to smallest: ${numbers.join(', ')}`,
        `Put ${numbers.join(', ')} in descending order.`,
        `Order the numbers ${numbers.join(', ')} so that the biggest one comes first.`,
      ]),
      better: say(sorted),
      worse: say(slipped),
      explanation: `In descending order the numbers are ${sorted.join(', ')}.`,
    },
    (answer) => answer.includes(sorted.join(', ')),
  );
};

/** Texts for limits of length and form: a request, the one that keeps the limit, the one that does not, and the check. */
const fixed: readonly (readonly [
  asked: readonly string[],
  better: readonly string[],
  worse: readonly string[],
  holds: (answer: string) => boolean,
  why: string,
])[] = [
  [
    [
      'Answer with yes or no only: is a tomato botanically a fruit?',
      'Is a tomato, botanically, a fruit? One word, yes or no.',
    ],
    ['Yes', 'Yes.', 'yes'],
    [
      'Yes, botanically speaking a tomato is a berry and therefore a fruit.',
      'Botanically it is a fruit, although cooks treat it as a vegetable.',
    ],
    (answer) => /^yes\.?$/i.test(answer),
    'Only yes or no was asked for; the other response explains instead.',
  ],
  [
    ['Describe the sea in exactly five words.', 'Five words, no more and no less: describe the sea.'],
    ['Endless blue water, always moving.', 'Salt, wind, waves and light.', 'Restless water under open sky.'],
    [
      'The sea is wide, blue and full of life.',
      'Vast, blue, deep.',
      'A huge body of salt water that covers most of our planet.',
    ],
    (answer) => answer.split(/\s+/).length === 5,
    'Exactly five words were asked for.',
  ],
  [
    [
      'Write one sentence about winter that does not contain the letter e.',
      'A sentence about winter, but the letter "e" must not appear in it.',
    ],
    [
      'Snow falls on a calm and dark city.',
      'Frost paints my windows whilst cold winds blow.',
      'A thick coat of snow now sits on our roof.',
    ],
    [
      'Winter covers the fields in white.',
      'The snow falls softly on the quiet village tonight.',
      'Cold winds blow over the hills.',
    ],
    (answer) => !/e/i.test(answer),
    'The letter e was not allowed, and the other response uses it.',
  ],
  [
    ['Explain photosynthesis in at most 20 words.', 'What is photosynthesis? 20 words at the very most.'],
    [
      'Plants use sunlight, water and carbon dioxide to make sugar and release oxygen.',
      'It is how plants turn light, water and carbon dioxide into sugar and oxygen.',
    ],
    [
      'Photosynthesis is the process by which green plants, algae and some bacteria use the energy of sunlight to turn water and carbon dioxide into sugar, releasing oxygen as a by-product.',
      'It is a process in the leaves of plants. Chlorophyll absorbs light, and its energy is used to build sugar from carbon dioxide and water, while oxygen is set free.',
    ],
    (answer) => answer.split(/\s+/).length <= 20,
    'The limit was 20 words, and the other response is longer.',
  ],
  [
    [
      'Write a two-sentence thank-you note to a neighbour who watered my plants.',
      'Two sentences, please: thank my neighbour for watering the plants.',
    ],
    [
      'Thank you so much for watering my plants while I was away. They look better than when I left!',
      'Dear Sam, thanks for looking after my plants. I owe you a coffee.',
    ],
    [
      'Thank you for watering my plants. They look great. I hope they were no trouble. Come over for coffee some time.',
      'Thank you so much for taking care of my plants while I was on holiday!',
    ],
    (answer) => (answer.match(/[.!?](\s|$)/g) ?? []).length === 2,
    'The note was to have two sentences.',
  ],
  [
    ['Reply in lower case only: what do bees make?', 'what do bees make? answer entirely in lower-case letters'],
    ['honey', 'bees make honey and wax.', 'they make honey, and wax for their combs.'],
    [
      'Honey.',
      'Bees make honey and wax.',
      'They collect nectar and turn it into honey, which they store in combs of wax.',
    ],
    (answer) => answer === answer.toLowerCase(),
    'No capital letters were allowed.',
  ],
  [
    [
      'Give me a numbered list (1., 2., 3.) of three steps to boil an egg.',
      'How do I boil an egg? Three numbered steps, please.',
    ],
    [
      '1. Bring water to a boil.\n2. Lower the egg in and cook it for eight minutes.\n3. Cool it in cold water.',
      '1. Put the egg in a pot and cover it with water.\n2. Boil it for nine minutes.\n3. Rinse it with cold water and peel it.',
    ],
    [
      'Bring water to a boil, put the egg in for eight minutes and cool it in cold water.',
      '- Boil water.\n- Add the egg and wait eight minutes.\n- Cool it.',
      '1. Boil water.\n2. Add the egg, wait eight minutes, and cool it under the tap.',
    ],
    (answer) => (answer.match(/^\d\. /gm) ?? []).length === 3,
    'Three numbered steps were asked for.',
  ],
  [
    [
      'Translate "good morning" into French. Only the translation.',
      'French for "good morning"? Just the word, nothing else.',
    ],
    ['Bonjour', 'bonjour', 'Bonjour.'],
    [
      '"Good morning" in French is "bonjour", which is used until the late afternoon.',
      'Buenos días',
      'The translation is: Bonjour',
    ],
    (answer) => /^bonjour\.?$/i.test(answer),
    'Nothing but the French translation, bonjour, was wanted.',
  ],
  [
    [
      'End your answer with the words "safe travels": what should I pack for a day hike?',
      'What do I pack for a day hike? Please finish with "safe travels".',
    ],
    [
      'Water, a snack, a rain jacket, a map and a charged phone. Safe travels',
      'Take two litres of water, something to eat, sun cream, a light jacket and a small first-aid kit. Wear shoes that you have walked in before. Safe travels!',
    ],
    [
      'Safe travels! Pack water, a snack, a rain jacket and a map.',
      'Water, food, sun cream, a jacket and a first-aid kit should be enough. Enjoy the hike!',
    ],
    (answer) => /safe travels\W?$/i.test(answer),
    'The answer had to end with "safe travels".',
  ],
];

const form: Maker = (chance) => {
  const [asked, better, worse, holds, why] = chance.pick(fixed);
  return checked(
    { question: chance.pick(asked), better: chance.pick(better), worse: chance.pick(worse), explanation: why },
    holds,
  );
};

/** All makers of this kind. */
export const instructions: readonly ((chance: Chance) => Draft)[] = [
  exactCount,
  alphabetical,
  jsonOnly,
  spelling,
  letters,
  descending,
  form,
  form,
];
