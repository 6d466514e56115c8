/** Pairs about words: what they mean, which letter they begin with, how they are written. */
import type { Chance } from '../makers/draft.ts';
import { capital, type DecidableMaker, inTheSameWords } from './decidable.ts';
import { groupNames, groups } from './words.ts';

const words: readonly string[] = groupNames.flatMap((name) => groups[name].words);

const meaning: DecidableMaker = (chance) => {
  const [asked, other] = chance.some(groupNames, 2) as [(typeof groupNames)[number], (typeof groupNames)[number]];
  const right = chance.pick(groups[asked].words);
  const wrong = chance.pick(groups[other].words);
  const [one, two] = chance.shuffle([right, wrong]) as [string, string];
  const [rightText, wrongText] = inTheSameWords(chance, right, wrong);
  return {
    kind: 'meaning',
    prompt: chance.pick([
      `Which of these is ${groups[asked].one}: ${one} or ${two}?`,
      `${capital(one)} or ${two}: which one is ${groups[asked].one}?`,
    ]),
    asked: groups[asked].one,
    right: { text: rightText, fact: `says ${right}, ${groups[asked].one}: right.` },
    wrong: { text: wrongText, fact: `says ${wrong}, ${groups[other].one}: wrong.` },
  };
};

const firstLetter: DecidableMaker = (chance) => {
  const right = chance.pick(words);
  const wrong = another(chance, (word) => word[0] !== right[0]);
  const [one, two] = chance.shuffle([right, wrong]) as [string, string];
  const [rightText, wrongText] = inTheSameWords(chance, right, wrong);
  return {
    kind: 'first-letter',
    prompt: chance.pick([
      `Which word begins with the letter ${right[0]}: ${one} or ${two}?`,
      `${capital(one)} or ${two}: which word begins with ${right[0]}?`,
    ]),
    asked: `a word that begins with ${right[0]}`,
    right: { text: rightText, fact: `says ${right}, which begins with ${right[0]}: right.` },
    wrong: { text: wrongText, fact: `says ${wrong}, which begins with ${wrong[0]}: wrong.` },
  };
};

const capitals: DecidableMaker = (chance) => {
  const [one, two] = chance.some(words, 2) as [string, string];
  const text = `${one} and ${two}`;
  const [small, large] = ['is in small letters', 'is in capital letters'];
  const wantsLarge = chance.next() < 0.5;
  return {
    kind: 'capitals',
    prompt: `Write this in ${wantsLarge ? 'capital' : 'small'} letters: ${capital(one)} and ${capital(two)}`,
    asked: wantsLarge ? 'capital letters' : 'small letters',
    right: wantsLarge ? { text: text.toUpperCase(), fact: `${large}: right.` } : { text, fact: `${small}: right.` },
    wrong: wantsLarge ? { text, fact: `${small}: wrong.` } : { text: text.toUpperCase(), fact: `${large}: wrong.` },
  };
};

function another(chance: Chance, isFit: (word: string) => boolean): string {
  for (;;) {
    const word = chance.pick(words);
    if (isFit(word)) return word;
  }
}

export const ofWords: readonly DecidableMaker[] = [meaning, firstLetter, capitals];
