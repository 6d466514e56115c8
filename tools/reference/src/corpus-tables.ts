/** The tables of docs/corpora.md, from the shapes that corpus knows. */
import {
  goldText,
  implicitPrompt,
  knownShapes,
  pairlessShapes,
  promptForms,
  promptText,
  responseForms,
  responsesText,
  usual,
} from '@proofmill/corpus';
import { code } from './fields.ts';
import { markdownTable } from './markdown-table.ts';

const codes = (names: readonly string[]): string => names.map(code).join(', ');

export const corpusTables: Readonly<Record<string, () => string>> = {
  'known shapes': () =>
    markdownTable(
      ['data set', 'recognised by', 'conversation', 'responses', 'gold label', 'left out', 'source'],
      knownShapes.map(({ name, columns, labels = [], prompt, responses, gold, leftOut = {}, source }) => [
        name,
        codes([...columns, ...labels]),
        promptText(prompt),
        responsesText(responses),
        goldText(gold),
        Object.entries(leftOut)
          .map(([column, reason]) => `${code(column)}: ${reason}`)
          .join('; '),
        source,
      ]),
    ),

  'prompt columns': () =>
    markdownTable(
      ['prompt', 'what it is'],
      [...promptForms, implicitPrompt].map(({ column, description }) => [
        column === null ? 'none' : code(column),
        description,
      ]),
    ),

  'response columns': () =>
    markdownTable(
      ['responses', 'gold label'],
      responseForms.map(({ columns, golds }) => [codes(columns), golds.map(goldText).join('; or ')]),
    ),

  'usual names': () =>
    markdownTable(
      ['data set', 'columns', 'read as', 'note', 'source'],
      usual.map(({ name, columns, reading, note, source }) => [name, codes(columns), reading, note, source]),
    ),

  pairless: () =>
    markdownTable(
      ['data set', 'recognised by', 'why not, and what to do', 'source'],
      pairlessShapes.map(({ name, columns, noPair, source }) => [name, codes(columns), `${noPair}.`, source]),
    ),
};
