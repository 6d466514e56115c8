/** Questions about the calendar and the clock, answered by computing in UTC. */
import { type Chance, dress, type Maker, type Worked } from './draft.ts';

const dayMs = 86_400_000;
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const spelled = (date: Date): string => `${months[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}`;
const weekday = (date: Date, shift = 0): string => weekdays[(date.getUTCDay() + shift + 7) % 7] ?? '';
const someDay = (chance: Chance, fromYear: number, toYear: number): Date =>
  new Date(Date.UTC(chance.between(fromYear, toYear), chance.between(0, 11), chance.between(1, 28)));
const plus = (date: Date, days: number): Date => new Date(date.getTime() + days * dayMs);
const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60) % 24).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

const dayOfWeek: Maker = (chance) => {
  const date = someDay(chance, 1995, 2032);
  const right = weekday(date);
  const wrong = weekday(date, chance.pick([-2, -1, 1, 2]));
  const worked = (day: string): Worked => ({
    result: `${spelled(date)} falls on a ${day}`,
    value: day,
    steps: `The first of that month is a ${weekdays[(weekdays.indexOf(day) - ((date.getUTCDate() - 1) % 7) + 7) % 7]}, and counting on to day ${date.getUTCDate()} brings you to a ${day}.`,
  });
  return {
    kind: 'dates',
    question: chance.pick([
      `What day of the week is ${spelled(date)}?`,
      `Which weekday does ${spelled(date)} fall on?`,
      `I was told the date ${spelled(date)} for an appointment. Which day of the week would that be?`,
    ]),
    better: dress(chance, worked(right)),
    worse: dress(chance, worked(wrong)),
    explanation: `In the Gregorian calendar ${spelled(date)} is a ${right}.`,
  };
};

const daysBetween: Maker = (chance) => {
  const start = someDay(chance, 2021, 2028);
  const days = chance.between(20, 200);
  const end = plus(start, days);
  const wrong = days + chance.pick([-2, -1, 1, 2, 10, -10]);
  const worked = (count: number): Worked => ({
    result: `there are ${count} days from ${spelled(start)} to ${spelled(end)}`,
    value: `${count} days`,
    steps: `Going month by month from ${months[start.getUTCMonth()]} ${start.getUTCDate()} and adding what is left at the end, the count is ${count}.`,
  });
  return {
    kind: 'dates',
    question: chance.pick([
      `How many days are there from ${spelled(start)} to ${spelled(end)}, not counting the first day?`,
      `If today is ${spelled(start)}, how many days is it until ${spelled(end)}?`,
      `A subscription starts on ${spelled(start)} and its last day is ${spelled(end)}. How many days later is that?`,
    ]),
    better: dress(chance, worked(days)),
    worse: dress(chance, worked(wrong)),
    explanation: `${spelled(end)} is ${days} days after ${spelled(start)}.`,
  };
};

const daysLater: Maker = (chance) => {
  const start = someDay(chance, 2022, 2029);
  const days = chance.pick([10, 14, 21, 30, 45, 60, 90, 100]);
  const right = plus(start, days);
  const wrong = plus(right, chance.pick([-3, -2, -1, 1, 2]));
  const worked = (date: Date): Worked => ({
    result: `${days} days after ${spelled(start)} is ${spelled(date)}`,
    value: spelled(date),
    steps: `Starting at ${spelled(start)} and carrying over the ends of the months, ${days} days take you to ${spelled(date)}.`,
  });
  return {
    kind: 'dates',
    question: chance.pick([
      `What date is ${days} days after ${spelled(start)}?`,
      `An invoice is dated ${spelled(start)} and payable within ${days} days. What is the last day to pay?`,
      `I planted seeds on ${spelled(start)} and the packet says ${days} days to harvest. Which date is that?`,
    ]),
    better: dress(chance, worked(right)),
    worse: dress(chance, worked(wrong)),
    explanation: `Adding ${days} days to ${spelled(start)} gives ${spelled(right)}.`,
  };
};

const leapYear: Maker = (chance) => {
  const year = chance.pick([
    1600, 1700, 1800, 1900, 1996, 2000, 2008, 2016, 2018, 2022, 2024, 2026, 2028, 2030, 2100, 2200, 2400,
  ]);
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const reason =
    year % 100 === 0
      ? `${year} is a century year, and those are leap years only when 400 divides them`
      : `the rule is that 4 has to divide the year, and ${year} ${isLeap ? 'is' : 'is not'} divisible by 4`;
  const bad =
    year % 100 === 0
      ? isLeap
        ? 'Century years are never leap years.'
        : '4 divides the year, which is all it takes.'
      : 'Leap years come round regularly, and you only have to count on from the last one.';
  const worked = (leap: boolean, steps: string): Worked => ({
    result: `${year} ${leap ? 'is' : 'is not'} a leap year`,
    value: leap ? `Yes, ${year} is a leap year` : `No, ${year} is not a leap year`,
    steps,
  });
  return {
    kind: 'dates',
    question: chance.pick([
      `Is ${year} a leap year in the Gregorian calendar?`,
      `Does February ${year} have 29 days? I mean: is it a leap year?`,
      `Leap year or not: ${year}?`,
    ]),
    better: dress(chance, worked(isLeap, `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`)),
    worse: dress(chance, worked(!isLeap, bad)),
    explanation: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}, so ${year} ${isLeap ? 'is' : 'is not'} one.`,
  };
};

const timeOfDay: Maker = (chance) => {
  const start = chance.between(17 * 12, 23 * 12 + 11) * 5;
  const length = chance.between(20, 60) * 5;
  const right = clock(start + length);
  const wrong = clock(start + length + chance.pick([-60, 60, 20, -20, 40, -40]));
  const [hours, minutes] = [Math.floor(length / 60), length % 60];
  const duration = minutes === 0 ? `${hours} hours` : `${hours} h ${minutes} min`;
  const what = chance.pick(['train ride', 'film', 'night shift', 'flight', 'oven programme']);
  const worked = (time: string): Worked => ({
    result: `it ends at ${time}`,
    value: time,
    steps: `From ${clock(start)}, add the ${hours} hours first and then the ${minutes} minutes, and you are at ${time}.`,
  });
  return {
    kind: 'dates',
    question: chance
      .pick([
        `A ${what} starts at ${clock(start)} and takes ${duration}. When is it over (same time zone, 24-hour clock)?`,
        `It's ${clock(start)} and the ${what} lasts ${duration}. What time will the clock show at the end?`,
      ])
      .replace('A oven', 'An oven'),
    better: dress(chance, worked(right)),
    worse: dress(chance, worked(wrong)),
    explanation: `${clock(start)} plus ${duration} is ${right}.`,
  };
};

/** All makers of this kind. */
export const dates: readonly Maker[] = [dayOfWeek, daysBetween, daysLater, leapYear, timeOfDay];
