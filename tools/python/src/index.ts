/** A Python of this machine, environments with pinned packages from PyPI, and what an image needs of both. */
export type { EnvironmentOptions } from './environment.ts';
export { pythonEnvironment } from './environment.ts';
export type { PythonNeed } from './find-python.ts';
export { findPython } from './find-python.ts';
export { writeHubClientImage } from './hub-client/image.ts';
export { setUpHubClient } from './hub-client/setup.ts';
export { commandFiles, interpreterFiles } from './image-files.ts';
