import { expect, it } from 'vitest';
import { dataType } from './data-type.ts';

it('numbers have 16 bits where the processor multiplies them by itself', () => {
  expect(dataType('flags\t\t: fpu avx2 avx512f avx512_bf16 vaes\n')).toBe('bfloat16');
  expect(dataType('flags\t\t: fpu amx_bf16\n')).toBe('bfloat16');
  expect(dataType('Features\t: fp asimd bf16 i8mm\n')).toBe('bfloat16');
  expect(dataType('flags\t\t: fpu avx2 avx512f f16c\nmodel name\t: no bf16\n')).toBe('float32');
});
