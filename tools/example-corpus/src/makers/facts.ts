/** Facts that every encyclopaedia agrees on. The wrong answer is the one that people tend to give. */
import type { Chance, Maker } from './draft.ts';

/** Country, capital, the city that is often taken for it (or the capital of a neighbour). */
const capitals: readonly (readonly [country: string, capital: string, mistaken: string])[] = [
  ['Australia', 'Canberra', 'Sydney'],
  ['Canada', 'Ottawa', 'Toronto'],
  ['Brazil', 'Brasília', 'Rio de Janeiro'],
  ['Turkey', 'Ankara', 'Istanbul'],
  ['Switzerland', 'Bern', 'Zurich'],
  ['New Zealand', 'Wellington', 'Auckland'],
  ['Morocco', 'Rabat', 'Casablanca'],
  ['Vietnam', 'Hanoi', 'Ho Chi Minh City'],
  ['Pakistan', 'Islamabad', 'Karachi'],
  ['India', 'New Delhi', 'Mumbai'],
  ['China', 'Beijing', 'Shanghai'],
  ['Nigeria', 'Abuja', 'Lagos'],
  ['Ecuador', 'Quito', 'Guayaquil'],
  ['Norway', 'Oslo', 'Bergen'],
  ['Poland', 'Warsaw', 'Kraków'],
  ['Portugal', 'Lisbon', 'Porto'],
  ['Scotland', 'Edinburgh', 'Glasgow'],
  ['Croatia', 'Zagreb', 'Split'],
  ['Hungary', 'Budapest', 'Bucharest'],
  ['Romania', 'Bucharest', 'Budapest'],
  ['Slovakia', 'Bratislava', 'Ljubljana'],
  ['Slovenia', 'Ljubljana', 'Bratislava'],
  ['Latvia', 'Riga', 'Tallinn'],
  ['Estonia', 'Tallinn', 'Riga'],
  ['Kenya', 'Nairobi', 'Mombasa'],
  ['Finland', 'Helsinki', 'Tampere'],
  ['Peru', 'Lima', 'Cusco'],
  ['Cuba', 'Havana', 'Santiago de Cuba'],
];

const elements: readonly (readonly [element: string, symbol: string, mistaken: string, number: number])[] = [
  ['sodium', 'Na', 'So', 11],
  ['potassium', 'K', 'P', 19],
  ['iron', 'Fe', 'Ir', 26],
  ['gold', 'Au', 'Go', 79],
  ['silver', 'Ag', 'Si', 47],
  ['tin', 'Sn', 'Ti', 50],
  ['lead', 'Pb', 'Le', 82],
  ['mercury', 'Hg', 'Me', 80],
  ['tungsten', 'W', 'Tu', 74],
  ['copper', 'Cu', 'Co', 29],
  ['cobalt', 'Co', 'Cb', 27],
  ['manganese', 'Mn', 'Mg', 25],
  ['magnesium', 'Mg', 'Mn', 12],
  ['phosphorus', 'P', 'Ph', 15],
  ['helium', 'He', 'H', 2],
  ['antimony', 'Sb', 'An', 51],
];

const dated: readonly (readonly [event: string, year: number, mistaken: number])[] = [
  ['the Berlin Wall fall', 1989, 1991],
  ['the Apollo 11 astronauts land on the Moon', 1969, 1971],
  ['the Second World War in Europe end', 1945, 1944],
  ['the First World War begin', 1914, 1916],
  ['the French Revolution begin', 1789, 1798],
  ['the American colonies declare their independence', 1776, 1783],
  ['the Battle of Hastings take place', 1066, 1086],
  ['the RMS Titanic sink', 1912, 1915],
  ['the euro come into use as cash', 2002, 1999],
  ['Yuri Gagarin fly into space', 1961, 1957],
  ['Sputnik 1 reach orbit', 1957, 1961],
  ['the Great Fire of London break out', 1666, 1606],
  ['the Wright brothers make their first powered flight', 1903, 1913],
  ['the Suez Canal open', 1869, 1889],
];

const happened: Readonly<Record<string, string>> = {
  fall: 'fell',
  land: 'landed',
  end: 'ended',
  begin: 'began',
  declare: 'declared',
  take: 'took',
  sink: 'sank',
  come: 'came',
  fly: 'flew',
  reach: 'reached',
  break: 'broke',
  make: 'made',
  open: 'opened',
};

const books: readonly (readonly [title: string, author: string, mistaken: string])[] = [
  ['Pride and Prejudice', 'Jane Austen', 'Charlotte Brontë'],
  ['Jane Eyre', 'Charlotte Brontë', 'Emily Brontë'],
  ['Wuthering Heights', 'Emily Brontë', 'Charlotte Brontë'],
  ['Frankenstein', 'Mary Shelley', 'Bram Stoker'],
  ['Dracula', 'Bram Stoker', 'Mary Shelley'],
  ['Moby-Dick', 'Herman Melville', 'Ernest Hemingway'],
  ['The Old Man and the Sea', 'Ernest Hemingway', 'Herman Melville'],
  ['Nineteen Eighty-Four', 'George Orwell', 'Aldous Huxley'],
  ['Brave New World', 'Aldous Huxley', 'George Orwell'],
  ['Crime and Punishment', 'Fyodor Dostoevsky', 'Leo Tolstoy'],
  ['Anna Karenina', 'Leo Tolstoy', 'Fyodor Dostoevsky'],
  ['Don Quixote', 'Miguel de Cervantes', 'Gabriel García Márquez'],
  ['One Hundred Years of Solitude', 'Gabriel García Márquez', 'Isabel Allende'],
  ['The Great Gatsby', 'F. Scott Fitzgerald', 'John Steinbeck'],
  ['The Grapes of Wrath', 'John Steinbeck', 'F. Scott Fitzgerald'],
  ['Hamlet', 'William Shakespeare', 'Christopher Marlowe'],
];

/** Questions that stand alone: question wordings, right, wrong, and a sentence that says why. */
const singles: readonly (readonly [questions: readonly string[], right: string, wrong: string, why: string])[] = [
  [
    ['Which planet is closest to the Sun?', 'What is the innermost planet of the solar system?'],
    'Mercury',
    'Venus',
    'Mercury orbits inside the orbit of Venus and is the innermost planet.',
  ],
  [
    ['Which planet is the largest in our solar system?', 'What is the biggest planet going around the Sun?'],
    'Jupiter',
    'Saturn',
    'Jupiter is the largest planet of the solar system, and Saturn the second largest.',
  ],
  [
    [
      'How many planets does the solar system have by the current definition?',
      'How many planets are there around the Sun, officially?',
    ],
    'eight',
    'nine',
    'Since 2006 Pluto counts as a dwarf planet, which leaves eight planets.',
  ],
  [
    [
      'What is the highest mountain on Earth, measured from sea level?',
      'Which mountain has the highest summit above sea level?',
    ],
    'Mount Everest',
    'K2',
    'Mount Everest, at about 8,849 m, is higher than K2, at 8,611 m.',
  ],
  [
    ['Which gas makes up most of the air we breathe?', 'What is the most common gas in the atmosphere of the Earth?'],
    'nitrogen',
    'oxygen',
    'About 78% of the air is nitrogen; oxygen is about 21%.',
  ],
  [
    ['How many bones does an adult human usually have?', 'What is the usual number of bones in an adult body?'],
    '206',
    '306',
    'An adult human usually has 206 bones.',
  ],
  [
    ['How many sides does a heptagon have?', 'A heptagon: how many sides is that?'],
    'seven',
    'six',
    'A heptagon has seven sides; six make a hexagon.',
  ],
  [
    ['What is the smallest prime number?', 'Which number is the smallest prime?'],
    '2',
    '1',
    '1 is not prime by definition, so the smallest prime is 2.',
  ],
  [
    [
      'At which temperature does water freeze, in degrees Fahrenheit?',
      'What is the freezing point of water on the Fahrenheit scale?',
    ],
    '32 °F',
    '0 °F',
    'Water freezes at 32 °F, which is 0 °C.',
  ],
  [
    ['Which ocean is the largest?', 'What is the biggest ocean on Earth?'],
    'the Pacific Ocean',
    'the Atlantic Ocean',
    'The Pacific is the largest ocean, about twice the size of the Atlantic.',
  ],
  [
    ['Who painted the Mona Lisa?', 'Which artist painted the Mona Lisa?'],
    'Leonardo da Vinci',
    'Michelangelo',
    'The Mona Lisa was painted by Leonardo da Vinci.',
  ],
  [
    ['How many strings does a standard violin have?', 'A normal violin has how many strings?'],
    'four',
    'six',
    'A violin has four strings: G, D, A and E.',
  ],
  [
    ['Which language has official status in Brazil nationwide?', 'What is the official language of Brazil?'],
    'Portuguese',
    'Spanish',
    'The official language of Brazil is Portuguese.',
  ],
  [
    [
      'How many minutes does a football match have in regular time, without stoppage time?',
      'How long is regular time in football (soccer), in minutes?',
    ],
    '90',
    '80',
    'Regular time is two halves of 45 minutes, 90 in all.',
  ],
];

/** A certain-sounding remark that is true of nothing in particular, so that either answer may be a long one. */
const remark = (chance: Chance): string =>
  chance.pick([
    'I had to think for a moment, but I am sure.',
    'It is one of those facts that stick once you have heard them.',
    'Do you need anything else on the subject?',
    'This comes up in quizzes quite often, so it is worth remembering.',
    'People mix this up a lot, and understandably so.',
    'You will find the same in any encyclopaedia or school atlas.',
    'If you need it for a presentation, it is easy to look up a source to cite.',
  ]);

const fact = (
  chance: Chance,
  question: string,
  right: string,
  wrong: string,
  sentence: (answer: string) => string,
  explanation: string,
) => {
  const worked = (answer: string) => ({
    value: answer.charAt(0).toUpperCase() + answer.slice(1),
    result: sentence(answer),
    steps: remark(chance),
  });
  const dressed = (answer: string): string =>
    chance.pick([
      () => `${worked(answer).value}.`,
      () => `${worked(answer).result.charAt(0).toUpperCase()}${worked(answer).result.slice(1)}.`,
      () => `${worked(answer).result.charAt(0).toUpperCase()}${worked(answer).result.slice(1)}. ${remark(chance)}`,
      () =>
        `Good question! ${worked(answer).result.charAt(0).toUpperCase()}${worked(answer).result.slice(1)}. ${remark(chance)}`,
      () => `That would be ${answer}.`,
    ])();
  return { kind: 'facts', question, better: dressed(right), worse: dressed(wrong), explanation };
};

const capitalCity: Maker = (chance) => {
  const [country, right, wrong] = chance.pick(capitals);
  const question = chance.pick([
    `What is the capital of ${country}?`,
    `Which city is the capital of ${country}?`,
    `I'm filling in a crossword: capital of ${country}?`,
    `Name the capital city of ${country}.`,
  ]);
  return fact(
    chance,
    question,
    right,
    wrong,
    (city) => `the capital of ${country} is ${city}`,
    `The capital of ${country} is ${right}, not ${wrong}.`,
  );
};

const chemistry: Maker = (chance) => {
  const [element, right, wrong, number] = chance.pick(elements);
  const question = chance.pick([
    `What is the chemical symbol of ${element}?`,
    `How do you write ${element} in the periodic table?`,
    `Which symbol stands for the element ${element}?`,
  ]);
  return fact(
    chance,
    question,
    right,
    wrong,
    (symbol) => `the chemical symbol of ${element} is ${symbol}`,
    `The symbol of ${element}, element number ${number}, is ${right}.`,
  );
};

const history: Maker = (chance) => {
  const [event, right, wrong] = chance.pick(dated);
  const verb = Object.keys(happened).find((word) => event.split(' ').includes(word)) ?? '';
  const past = event.replace(new RegExp(`\\b${verb}\\b`), happened[verb] ?? verb);
  const question = chance.pick([
    `In which year did ${event}?`,
    `What year did ${event}?`,
    `When did ${event}? Just the year, please.`,
  ]);
  return fact(
    chance,
    question,
    String(right),
    String(wrong),
    (year) => `${past} in ${year}`,
    `${past.charAt(0).toUpperCase()}${past.slice(1)} in ${right}.`,
  );
};

const literature: Maker = (chance) => {
  const [title, right, wrong] = chance.pick(books);
  const question = chance.pick([
    `Who wrote "${title}"?`,
    `Who is the author of ${title}?`,
    `I'd like to read more by the author of "${title}". Who was that again?`,
  ]);
  return fact(
    chance,
    question,
    right,
    wrong,
    (author) => `${title} was written by ${author}`,
    `${title} is by ${right}.`,
  );
};

const general: Maker = (chance) => {
  const [questions, right, wrong, why] = chance.pick(singles);
  return fact(chance, chance.pick(questions), right, wrong, (answer) => `it's ${answer}`, why);
};

/** All makers of this kind. */
export const facts: readonly Maker[] = [capitalCity, chemistry, history, literature, general, capitalCity];
