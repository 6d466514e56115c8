/** What a run of its suite says of a planted bug. */
import { stripVTControlCharacters } from 'node:util';
import type { Mutant } from './mutant.ts';
import type { SuiteResult } from './suite-run.ts';

export interface Verdict {
  readonly mutant: Mutant;
  readonly word: 'caught' | 'survived' | 'not tried' | 'broken' | 'wrongly listed';
  readonly detail: string;
  readonly seconds: number;
  /** Something has to be done about it. */
  readonly isWrong: boolean;
}

export function verdictOf(mutant: Mutant, result: SuiteResult, seconds: number): Verdict {
  const verdict = { mutant, seconds };
  const caught = (detail: string): Verdict =>
    mutant.survives === undefined
      ? { ...verdict, word: 'caught', detail, isWrong: false }
      : { ...verdict, word: 'wrongly listed', detail: `remove its reason to survive: ${detail}`, isWrong: true };
  if (result.state === 'hung') return caught('its tests do not end');
  if (result.state === 'not loaded')
    return {
      ...verdict,
      word: 'broken',
      detail: `its suite does not load: ${result.why.slice(0, 300)}`,
      isWrong: true,
    };
  if (result.failed !== null) return caught(result.failed);
  const { survives } = mutant;
  return { ...verdict, word: 'survived', detail: survives ?? mutant.breaks, isWrong: survives === undefined };
}

/** Of a bug whose suite cannot run on this machine. */
export const notTried = (mutant: Mutant): Verdict => ({
  mutant,
  word: 'not tried',
  detail: `${mutant.suite.file} is skipped on this machine; its titles say why`,
  seconds: 0,
  isWrong: false,
});

/** One line of the table. */
export function lineOf({ mutant, word, detail: whole, seconds }: Verdict): string {
  const detail = stripVTControlCharacters(whole).replace(/\s+/g, ' ');
  const shown = detail.length > 110 ? `${detail.slice(0, 107)}...` : detail;
  return `${mutant.area.padEnd(11)} ${mutant.name.padEnd(30)} ${word.padEnd(18)} ${seconds.toFixed(1).padStart(6)} s  ${shown}`;
}
