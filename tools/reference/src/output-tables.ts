/**
 * Tables inside pages that are otherwise written by hand, made from the descriptions in contract. A page has each between
 * `<!-- table NAME: .. -->` and `<!-- end of table -->`.
 */
import {
  alwaysReasons,
  capabilities,
  confidenceKinds,
  failureClasses,
  imitated,
  keepRuleNames,
  keepRules,
  proofChecks,
  rowSchema,
} from '@proofmill/contract';
import { controlTokens } from '@proofmill/judge';
import { benchmarkTables } from './benchmark-tables.ts';
import { corpusTables } from './corpus-tables.ts';
import { code } from './fields.ts';
import { markdownTable } from './markdown-table.ts';
import { metricsTable } from './metrics-table.ts';

const sentenceOf = (members: Readonly<Record<string, string>>): string =>
  `${Object.entries(members)
    .map(([name, meaning]) => `${code(name)}: ${meaning}`)
    .join('; ')}.`;

const tables: Readonly<Record<string, () => string>> = {
  ...benchmarkTables,
  ...corpusTables,

  'row fields': () =>
    markdownTable(
      ['field', 'meaning'],
      Object.entries(rowSchema.shape).map(([name, schema]) => [code(name), schema.description ?? '']),
    ),

  'kept reasons': () =>
    markdownTable(
      ['`keptReason`', 'meaning'],
      [
        ...Object.entries(alwaysReasons).map(([reason, meaning]) => [code(reason), `${meaning}.`]),
        ...keepRuleNames.map((name) => [
          code(keepRules[name].reason),
          `The rule ${code(`keep.${name}`)} of the job: ${keepRules[name].meaning}.`,
        ]),
        [
          code('proof: ..'),
          `No proof passed its checks; the names of those that the first proof failed. ${sentenceOf(proofChecks)}`,
        ],
        [code('proof-failed: ..'), 'The prove stage has no proof of the row; the class of its failure.'],
      ],
    ),

  'control tokens': () =>
    markdownTable(
      ['flag', 'what is imitated', 'tokens', 'source'],
      controlTokens.map(({ of, source, tokens }) => [code(of), `${imitated[of]}.`, tokens.map(code).join(' '), source]),
    ),

  'failure classes': () =>
    markdownTable(
      ['class', 'meaning', 'what to do'],
      Object.entries(failureClasses).map(([name, { meaning, remedy }]) => [code(name), `${meaning}.`, `${remedy}.`]),
    ),

  capabilities: () =>
    markdownTable(
      ['capability', 'meaning', 'how it is found out'],
      Object.entries(capabilities).map(([name, { meaning, probe }]) => [code(name), meaning, probe]),
    ),

  metrics: metricsTable,

  'confidence kinds': () =>
    markdownTable(
      ['`confidenceOf`', 'what it is'],
      Object.entries(confidenceKinds).map(([name, meaning]) => [code(name), `${meaning}.`]),
    ),
};

const marked = /(<!-- table ([a-z ]+): .*? -->\n)[\s\S]*?(\n<!-- end of table -->)/g;

/** The page with its tables up to date. Throws if it names a table that does not exist. */
export const withTables = (page: string): string =>
  page.replace(marked, (_whole, begin: string, name: string, end: string) => {
    const made = tables[name];
    if (!made) throw new Error(`no table is named ${name}: the names are ${Object.keys(tables).join(', ')}`);
    return `${begin}\n${made()}\n${end}`;
  });
