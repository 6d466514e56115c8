import { parseArgs } from 'node:util';
import { ToolError } from '@proofmill/process';
import type { Mutant } from './mutant.ts';

export const usage = `npm run test:mutants -- [options]
  --only AREA       the planted bugs of an area; may be repeated
  --mutant NAME     one planted bug; may be repeated
  --list            print the table and run nothing`;

export interface Options {
  readonly list: boolean;
  readonly wanted: readonly Mutant[];
}

/** Null: the usage is asked for. @throws ToolError for an area or a name that the table does not have */
export function readOptions(words: readonly string[], all: readonly Mutant[]): Options | null {
  const { values } = parsed(words);
  if (values.help) return null;
  const areas = new Set(all.map(({ area }) => area));
  const names = new Set(all.map(({ name }) => name));
  const { only = [], mutant = [] } = values;
  refuseUnknown('area', only, areas);
  refuseUnknown('planted bug', mutant, names);
  const isWanted = ({ area, name }: Mutant): boolean =>
    only.length + mutant.length === 0 || only.includes(area) || mutant.includes(name);
  return { list: values.list, wanted: all.filter(isWanted) };
}

function parsed(words: readonly string[]) {
  const options = {
    only: { type: 'string', multiple: true },
    mutant: { type: 'string', multiple: true },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  try {
    return parseArgs({ args: [...words], options });
  } catch (error) {
    throw new ToolError('configuration', `${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

function refuseUnknown(what: string, given: readonly string[], known: ReadonlySet<string>): void {
  const unknown = given.find((each) => !known.has(each));
  if (unknown === undefined) return;
  throw new ToolError('configuration', `there is no ${what} ${unknown}: choose from ${[...known].sort().join(', ')}`);
}
