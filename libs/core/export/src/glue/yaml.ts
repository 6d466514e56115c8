/** YAML of settings: lists and groups by indentation, values as JSON, which YAML takes. */
import { commented } from './commented.ts';

type Value = string | number | boolean | readonly Value[] | Settings;
export interface Settings {
  readonly [name: string]: Value | undefined;
}

/** Settings without a value are left out. */
export const yamlOf = (comment: string, settings: Settings): string =>
  `${commented(comment)}\n${linesOf(settings, '').join('\n')}\n`;

function linesOf(settings: Settings, indent: string): string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (isList(value)) return [`${indent}${name}:`, ...value.flatMap((each) => itemLines(each, `${indent}  `))];
    if (typeof value === 'object') return [`${indent}${name}:`, ...linesOf(value, `${indent}  `)];
    return [`${indent}${name}: ${scalar(value)}`];
  });
}

function itemLines(value: Value, indent: string): string[] {
  if (typeof value !== 'object' || isList(value)) return [`${indent}- ${JSON.stringify(value)}`];
  const [first = '', ...more] = linesOf(value, `${indent}  `);
  return [`${indent}- ${first.trimStart()}`, ...more];
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

/** Text that YAML could read as something else is quoted. */
const scalar = (value: string | number | boolean): string =>
  typeof value === 'string' &&
  /^[A-Za-z][\w/-]*$/.test(value) &&
  !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value)
    ? value
    : JSON.stringify(value);
