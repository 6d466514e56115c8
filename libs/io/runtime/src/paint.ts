import { styleText } from 'node:util';

const styles = { good: 'green', bad: 'red', quiet: 'dim', title: 'bold' } as const;

/** Gives a text the colour of its meaning. */
export type Paint = (meaning: keyof typeof styles, text: string) => string;

/** Colours for a terminal, unless NO_COLOR is set; text as it is for a pipe or a file. FORCE_COLOR wins. */
export const paintFor =
  (stream: NodeJS.WritableStream): Paint =>
  (meaning, text) =>
    styleOn(stream, meaning, text);

export const styleOn = (stream: NodeJS.WritableStream, meaning: keyof typeof styles, text: string): string =>
  styleText(styles[meaning], text, { stream });

export const unpainted: Paint = (_meaning, text) => text;
