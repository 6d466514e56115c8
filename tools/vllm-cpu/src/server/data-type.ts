import { readFileSync } from 'node:fs';

/** A processor with one of these multiplies numbers of 16 bits by itself (x86, x86, ARM). */
const features = /^(flags|Features)\s*:.*\b(avx512_bf16|amx_bf16|bf16)\b/m;

/**
 * The type of numbers that the processor calculates with quickest. Without instructions for bfloat16 they are emulated, and an
 * answer takes ten times as long as in float32.
 */
export const dataType = (cpuInfo = readFileSync('/proc/cpuinfo', 'utf8')): 'bfloat16' | 'float32' =>
  features.test(cpuInfo) ? 'bfloat16' : 'float32';
