/** The sentences that rationales are put together from. */

/** A sentence about a response, by its name and the words that it quotes from it. */
type Sentence = (name: string, words: string) => string;

export const praise: readonly Sentence[] = [
  (name, words) => `${name} does what was asked. It says "${words}", which goes straight to the point of the question.`,
  (name, words) =>
    `${name} is helpful: "${words}" holds up when it is checked, and nothing that was needed is missing.`,
  (name, words) => `${name} reads the request correctly. The part "${words}" is what the user came for.`,
  (name, words) => `${name} is the more careful answer; with "${words}" it commits to something that can be verified.`,
  (name, words) => `With "${words}", ${name} stays within what the instruction asks for, no more and no less.`,
  (name, words) => `${name} is accurate as far as I can follow it, and "${words}" is stated plainly.`,
];

export const blame: readonly Sentence[] = [
  (name, words) => `${name} is weaker. It says "${words}", and that does not hold up against what the question asks.`,
  (name, words) => `${name} sounds confident, but "${words}" is where it goes wrong.`,
  (name, words) => `${name} only partly follows the instruction; "${words}" leaves the user with the wrong thing.`,
  (name, words) => `The trouble with ${name} is "${words}": a user who relied on it would be misled.`,
  (name, words) => `${name} writes "${words}", which I cannot reconcile with the request.`,
  (name, words) => `${name} is readable, yet "${words}" does not deliver what was wanted.`,
];

export const goodDetail: readonly Sentence[] = [
  (name, words) => `Further on, ${name} has "${words}", and this is consistent with the rest of it.`,
  (name, words) => `I also looked at "${words}" in ${name} and found nothing to object to.`,
  (name, words) => `The wording "${words}" in ${name} is clear and easy to act on.`,
  (name, words) => `Where ${name} says "${words}", it supports its own conclusion.`,
];

export const badDetail: readonly Sentence[] = [
  (name, words) => `Reading on, ${name} adds "${words}", which does not repair the problem.`,
  (name, words) => `The passage "${words}" in ${name} is fluent but does not settle the question.`,
  (name, words) => `In ${name}, "${words}" takes for granted what should have been shown.`,
  (name, words) => `Taken alone, "${words}" in ${name} could pass; next to the other response it does not convince.`,
];

export const goodRemark: readonly Sentence[] = [
  (name) => `${name} is short, which suits a question like this one.`,
  (name) => `There is nothing in ${name} that would have to be taken back.`,
  (name) => `${name} leaves no doubt about what it claims.`,
  (name) => `A reader can act on ${name} without asking again.`,
];

export const badRemark: readonly Sentence[] = [
  (name) => `${name} is brief, and what little it says is not right.`,
  (name) => `Nothing in ${name} shows how it arrived there.`,
  (name) => `${name} gives the reader no way to notice the mistake.`,
  (name) => `The even tone of ${name} does not make up for its content.`,
];

export const openings: readonly ((question: string) => string)[] = [
  (question) => `The user asks: "${question}".`,
  (question) => `The request here is "${question}", so the first thing to look at is whether each response meets it.`,
  (question) => `What has to be answered is "${question}".`,
];

export const comparisons: readonly ((winner: string, loser: string) => string)[] = [
  (winner, loser) => `Side by side, ${winner} meets the request where ${loser} does not.`,
  (winner, loser) =>
    `The difference is one of substance, not of length or tone: ${winner} is right on the main point and ${loser} is not.`,
  (winner, loser) => `${loser} would need a correction before it could be used; ${winner} could be used as it is.`,
  (winner, loser) =>
    `Both are easy to read. What separates them is that ${winner} can be relied on and ${loser} cannot.`,
];

export const checks: readonly string[] = [
  'Checking the point that matters:',
  'What decides it:',
  'The facts of the matter:',
];

export const conclusions: readonly ((winner: string, loser: string) => string)[] = [
  (winner) => `${winner} is better.`,
  (winner, loser) => `${winner} is better than ${loser}.`,
  (winner) => `Overall, ${winner} is the better response.`,
  (winner, loser) => `I prefer ${winner} to ${loser}: ${winner} is better.`,
];
