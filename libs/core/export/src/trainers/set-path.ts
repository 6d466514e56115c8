import type { Division, PlaceInSet } from '../splits.ts';
import type { TrainerForm } from './trainer.ts';

const fiveDigits = (number: number): string => String(number).padStart(5, '0');

/** Where a file of a set is: its trainer finds it by folder and name. */
export const setPath = (
  { folder, format }: Pick<TrainerForm, 'folder' | 'format'>,
  { split, file }: PlaceInSet,
  files: Division['files'],
): string => `${folder(split)}/${split}-${fiveDigits(file)}-of-${fiveDigits(files[split])}.${format}`;
