/** Texts of containers and of the API as one sentence. */

const longest = 500;

export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 2)} ..`;
}

/** What a container said last: the sentence of a line of JSON, else the line. */
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
