/** A few words of a response, as a judge would quote them. */
import type { Draw } from '../draw.ts';

const quoteCharacters = 56;

/**
 * A piece of the text on one line, cut at spaces. Brackets are left out, so that a quote never looks like a tag or a mark of
 * the frame.
 */
export function quote(text: string, draw: Draw, where: 'opening' | 'anywhere'): string {
  const latest = text.length - quoteCharacters;
  let start = where === 'opening' || latest <= 0 ? 0 : Math.floor(draw() * latest);
  if (start > 0) {
    const nextSpace = text.indexOf(' ', start);
    start = nextSpace === -1 || nextSpace > latest ? latest : nextSpace + 1;
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
