import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { blockOn } from './block.ts';

function bed(isTTY: boolean) {
  let written = '';
  const stream = new Writable({
    write(bytes: Buffer, _encoding, done) {
      written += bytes.toString();
      done();
    },
  });
  return {
    block: blockOn(Object.assign(stream, { isTTY, columns: 6 }) as unknown as NodeJS.WriteStream),
    written: () => written,
  };
}

describe('a block of lines', () => {
  it('takes the place of the one before on a terminal, each line in one of the terminal', () => {
    const { block, written } = bed(true);
    block.show('one\ntwo is long');
    block.show('three');
    block.show('four');
    expect(written().replaceAll('\u001b', 'ESC')).toBe('one\ntwo i\nESC[2A\rESC[Jthree\nESC[1A\rESC[Jfour\n');
  });

  it('follows the one before elsewhere', () => {
    const { block, written } = bed(false);
    block.show('one is long');
    block.show('two');
    expect(written()).toBe('one is long\ntwo\n');
  });
});
