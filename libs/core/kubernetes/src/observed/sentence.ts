/** Makes one sentence of what containers and the API write. */

const longest = 500;

export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 2)} ..`;
}

/** The text after a colon; nothing where there is none. */
export const detail = (text: string): string => (text === '' ? '' : `: ${oneLine(text)}`);

/** The last line of a log: its `msg` where it is a line of JSON, else the whole line. */
export function lastSentence(log: string | undefined): string {
  const line = (log ?? '').trim().split('\n').at(-1)?.trim() ?? '';
  if (!line.startsWith('{')) return oneLine(line);
  try {
    const { msg } = JSON.parse(line) as { msg?: unknown };
    return oneLine(typeof msg === 'string' ? msg : line);
  } catch {
    return oneLine(line);
  }
}
