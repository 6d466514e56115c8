export type { FieldMapping } from './field.ts';
export type { Recognised } from './recognise.ts';
export { recogniseRecord } from './recognise.ts';
export { describeFlavours } from './summary.ts';
