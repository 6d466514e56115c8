export { webInputs } from './https/inputs.ts';
export { hubInputs } from './hub/inputs.ts';
