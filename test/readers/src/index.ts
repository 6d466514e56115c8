/** Readers of data sets in Python. */
export { readersPython } from './readers-python.ts';
