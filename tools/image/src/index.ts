/** Container images without a container engine: OCI archives made from files of this machine. */
export type { WrittenImage } from './archive.ts';
export { writeArchive } from './archive.ts';
export { packageChart } from './chart.ts';
export type { ImageFile } from './files.ts';
export { layerEntries } from './files.ts';
export { writeNatsImage } from './nats.ts';
export { programFiles } from './program.ts';
export { writeProofmillImage } from './proofmill.ts';
export { proofmillLabels, proofmillSettings } from './settings.ts';
export { sourceOf } from './source.ts';
export { systemFiles, user } from './system.ts';
