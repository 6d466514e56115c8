/** A registry for images and charts, as OCI specifies it, in the memory of a process: that of go-containerregistry. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cacheFolder } from '@proofmill/cache';
import { buildGoProgram, CommandError, type GoProgram, ToolError } from '@proofmill/process';

/** After a change of the version: `go mod download -json github.com/google/go-containerregistry@vVERSION` prints the Sum. */
const pinned: GoProgram = {
  module: {
    path: 'github.com/google/go-containerregistry',
    version: '0.22.1',
    sum: 'h1:RZuuSYhTvlDvtsK+NkutoCZ//C0X2ebLK8X8l3ULs84=',
  },
  package: './cmd/registry',
  isStatic: true,
};
const program = join(cacheFolder(`oci-registry-${pinned.module.version}`), 'registry');

/** Empty, or why there is no registry. Builds it with Go the first time, in a few seconds. */
export async function registrySkipReason(): Promise<string> {
  const isBuilt = await access(program).then(
    () => true,
    () => false,
  );
  if (isBuilt) return '';
  try {
    await buildGoProgram(pinned, program);
    return '';
  } catch (error) {
    if (error instanceof CommandError || error instanceof ToolError) return `It needs Go: ${error.message}`;
    throw error;
  }
}

/** Starts one on a free port; `await using` stops it. It has no certificate: clients need `--plain-http`. */
export async function startRegistry(): Promise<{ readonly address: string } & AsyncDisposable> {
  const child = spawn(program, ['-port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stderr })) {
    const port = /serving on port (\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    child.stderr.resume();
    return {
      address: `localhost:${port}`,
      async [Symbol.asyncDispose]() {
        child.kill();
        await exited;
      },
    };
  }
  throw new Error('the registry ended before it listened');
}
