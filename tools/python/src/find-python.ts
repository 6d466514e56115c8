import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ToolError } from '@proofmill/process';

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

/** Who needs a Python, and which versions it supports. */
export interface PythonNeed {
  readonly who: string;
  readonly from: readonly [major: number, minor: number];
  readonly below: readonly [major: number, minor: number];
}

/**
 * The path of a Python that is supported: PROOFMILL_PYTHON if set, else the first suitable one on the PATH.
 * @throws {ToolError} configuration, with what was found
 */
export async function findPython(need: PythonNeed, environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const [from, below] = [need.from.join('.'), need.below.join('.')];
  const named = environment.PROOFMILL_PYTHON;
  const candidates = named ? [named] : ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.14', 'python'];
  const seen: string[] = [];
  let fitWithoutVenv: FoundPython | undefined;
  for (const candidate of candidates) {
    const found = await askPython(candidate);
    if (!found) continue;
    const fits = found.version[0] === 3 && found.version[1] >= need.from[1] && found.version[1] < need.below[1];
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
    `${need.who} needs Python ${from} or newer, below ${below}; ${seen.length > 0 ? seen.join(', ') : `none of ${candidates.join(', ')} runs here`}. ` +
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
