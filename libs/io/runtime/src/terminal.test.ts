import { Writable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { print, printable } from './terminal.ts';

describe('a printed text', () => {
  const hostile = 'a\u001b]0;title\u0007b\u001b[2Jc\u009b5md\u202ee\u001b[8mf\rg\u001b[31mh\u001b[39m\n';

  it('commands nothing on a stream without colours', () => {
    vi.stubEnv('FORCE_COLOR', undefined);
    vi.stubEnv('NO_COLOR', '1');
    let written = '';
    const stream = new Writable({
      write(bytes: Buffer, _encoding, done) {
        written += bytes.toString();
        done();
      },
    });
    print(stream, hostile);
    expect(written).toBe(
      'a\\u001b]0;title\\u0007b\\u001b[2Jc\\u009b5md\\u202ee\\u001b[8mf\\u000dg\\u001b[31mh\\u001b[39m\n',
    );
  });

  it('commands nothing but our own styles on one with colours', () => {
    expect(printable(hostile, true)).toBe(
      'a\\u001b]0;title\\u0007b\\u001b[2Jc\\u009b5md\\u202ee\\u001b[8mf\\u000dg\u001b[31mh\u001b[39m\n',
    );
  });
});
