export { webInputs } from './https/inputs.ts';
export { hubInputs } from './hub/inputs.ts';
export type { PushedFile } from './hub/push.ts';
export { pushToHub } from './hub/push.ts';
