import { expect, it } from 'vitest';
import { lz4Frame } from './lz4-frame.ts';

const content = Array.from({ length: 9000 }, (_, n) => `row ${n % 37} of a text that repeats; `).join('');

/** The content as the LZ4 of pyarrow 26.0.1 compresses it, in blocks that refer to the ones before them. */
const frame = Buffer.from(
  [
    'BCJNGEBAwAICAADwD3JvdyAwIG9mIGEgdGV4dCB0aGF0IHJlcGVhdHM7IB4AHzEeAAofMh4ACh8zHgAKHzQeAAofNR4ACh82HgAKHzceAAofOB',
    '4ACh85HgAKHzEtAQwPLgELHzEvAQsfMTABCx8xMQELHzEyAQsfMTMBCx8xNAELHzE1AQsfMTYBCx8yNgELHzI2AQsfMjYBCx8yNgELHzI2AQsf',
    'MjYBCx8yNgELHzI2AQsfMjYBCx8yNgELHzM2AQsfMzYBCx8zNgELHzM2AQsfMzYBCx8zNgELHzM2AQsP2AALD9cACw/WAAwPvQMKD9QACw/TAA',
    'sP0gALDwcCCw8GAgsPBQILD3EE////////////////////////////////////////////////////////////////////////////////////',
    '//////////////////////////////////////////////////////////////////////////////////////////////////////////////',
    '//////////////////////////////////////////////////////////////////////////////////////////////////////////////',
    '//////////////////////////////9CUGF0IHJlDQEAAAfp/w8p/f////////////////////////////////////////////////////////',
    '//////////////////////////////////////////////////////////////////////////////////////////////////////////////',
    '//////////////////////////////////////////////////////////////////////////////////////////////////////////////',
    '/////////////////////////////////////////////////////////////////dUHRleHQg9AEAAP8FdGhhdCByZXBlYXRzOyByb3cgMTEf',
    'AAsfMh8ACx8zHwALHzQfAAsfNR8ACx82HwALHzcfAAsfOB8ACx85HwAKLzIwHwALDzYBCx8yNgELHzI2AQsfMjYBCx8yNgELHzI2AQsfMjYBCx',
    '8yNgELHzI2AQsfMzYBCx8zNgELHzM2AQsfMzYBCx8zNgELHzM2AQsfMzYBCw/YAAsP1wALD9YADA9oAgoP1AALD9MACw/SAAsPBwILDwYCCw8F',
    'AgsfMS0BDA8uAQsfMS8BCx8xBQILHzExAQsfMTIBCx8xMwELHzE0AQsfMTUBCx8xNgELD3EE//////////////////////////////////////',
    '//////////////////////////////////////////////////////////////////////////////////////////////////////////////',
    '//////////////////////////////////////////////////////////////////////////////////////////////////////////////',
    '////////////////////////////////////////////////////////////////////////////9JUGF0czsgCgEAAA8p/f//////////////',
    '//////////////////////////////////////////////////////////////////////////////////////////////////////////////',
    '//////////////////////////////////////////////////////////////////////////////////////////////////////////////',
    '///////////////////////////////////////////////////////////////////////////////////////////////////////////oUG',
    'F0IHJl9wAAAN9wZWF0czsgcm93IDIxHwALHzIfAAsfMx8ACx80HwALHzUfAAsfNh8ACx83HwALHzgfAAsfOR8ACi8zMB8ACw82AQsfMzYBCx8z',
    'NgELHzM2AQsfMzYBCx8zNgELD9gACw/XAAsP1gAMDzIBCg/UAAsP0wALD9IACw8HAgsPBgILDwUCCx8xLQEMDy4BCx8xLwELHzEFAgsfMTEBCx',
    '8xMgELHzEzAQsfMTQBCx8xNQELHzE2AQsfMjYBCw9xBP//////////////////////////////////////////////////////////////////',
    '//BQYXRzOyAAAAAA',
  ].join(''),
  'base64',
);

it('gives the content of a frame of several blocks', () => {
  expect(Buffer.from(lz4Frame(frame)).toString() === content).toBe(true);
});

it('refuses a frame that is cut short, and one that is none', () => {
  for (let length = 0; length < frame.length; length += 7)
    expect(() => lz4Frame(frame.subarray(0, length))).toThrow(RangeError);
  expect(() => lz4Frame(Buffer.from('plain text, and no frame'))).toThrow(/no LZ4 frame/);
});

it('never gives more than there is, whatever the bytes say', () => {
  for (let at = 7; at < frame.length; at += 3) {
    const bytes = Buffer.from(frame);
    bytes[at] = (bytes[at] ?? 0) ^ 0x55;
    try {
      expect(lz4Frame(bytes).length).toBeLessThan(100_000_000);
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
    }
  }
});
