export type { Ask, Asking } from './asking.ts';
export { askerOf } from './begin.ts';
export { majorityConfidence } from './confidence.ts';
export { imitationsIn } from './imitation.ts';
export type { Reading } from './parse.ts';
export { readTagged } from './parse.ts';
export { profilesFolder } from './profiles-folder.ts';
export type { Renderer } from './render.ts';
export { questionOf, rendererOf } from './render.ts';
