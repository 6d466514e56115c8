/** A Python of this machine, and environments with pinned packages from PyPI. */
export type { EnvironmentOptions } from './environment.ts';
export { pythonEnvironment } from './environment.ts';
export type { PythonNeed } from './find-python.ts';
export { findPython } from './find-python.ts';
