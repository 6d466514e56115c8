/** Pack lines, and the bytes of a chunk: JSON lines. */
import { IntegrityError, type PackLine, packLineSchema } from '@proofmill/contract';

const text = new TextEncoder();
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** One line of a pack, with its line feed. */
export const encodePackLine = (line: PackLine): Uint8Array => text.encode(`${JSON.stringify(line)}\n`);

/** The lines of a chunk's content. IntegrityError when it is not what a coordinator writes. */
export function decodePackLines(content: Uint8Array): PackLine[] {
  let values: unknown[];
  try {
    const lines = utf8.decode(content).split('\n');
    if (lines.pop() !== '') throw new IntegrityError('a chunk does not end with a line feed');
    values = lines.map((line): unknown => JSON.parse(line));
  } catch (error) {
    if (error instanceof IntegrityError) throw error;
    throw new IntegrityError('a chunk is not JSON lines', { cause: error });
  }
  return values.map((value) => {
    const parsed = packLineSchema.safeParse(value);
    if (!parsed.success) throw new IntegrityError(`a pack line is not valid: ${parsed.error.message}`);
    return parsed.data;
  });
}
