/** Quotes a few words of a response, as a judge would. */
import type { Draw } from '../draw.ts';

const quoteCharacters = 56;

/** A piece of the text on one line, cut at spaces. Without brackets, so that it never looks like a tag or a mark. */
export function quote(text: string, draw: Draw, from: 'opening' | 'anywhere'): string {
  const latestStart = text.length - quoteCharacters;
  let start = from === 'opening' || latestStart <= 0 ? 0 : Math.floor(draw() * latestStart);
  if (start > 0) {
    const nextSpace = text.indexOf(' ', start);
    start = nextSpace === -1 || nextSpace > latestStart ? latestStart : nextSpace + 1;
  }
  let piece = text.slice(start, start + quoteCharacters + 16);
  if (start + piece.length < text.length) {
    const lastSpace = piece.lastIndexOf(' ');
    if (lastSpace > 20) piece = piece.slice(0, lastSpace);
  }
  const line = piece
    .replace(/[<>[\]"`*#{}]/g, '')
    .replace(/\s+/g, ' ')
    .replace(/[\s,.;:!?(-]+$/, '')
    .trim();
  return line === '' ? 'nothing at all' : line;
}
