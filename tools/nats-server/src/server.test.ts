import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { natsSkipReason } from './program.ts';
import { startNatsServer } from './server.ts';

const skipReason = await natsSkipReason();

describe.skipIf(skipReason)(`a private server${skipReason && `: skipped. ${skipReason}`}`, () => {
  test('an error quotes the log of a server that cannot start', async () => {
    await expect(startNatsServer({ config: 'nonsense {' })).rejects.toThrow(/ended early[\s\S]*Parse error/);
    await using server = await startNatsServer();
    await expect(startNatsServer({ port: server.port })).rejects.toThrow(/ended early[\s\S]*address already in use/);
  });

  test('a wipe leaves what others have in the folder of the store', async () => {
    await using store = await mkdtempDisposable(join(tmpdir(), 'proofmill-store-'));
    await writeFile(join(store.path, 'notes'), 'kept');
    await using server = await startNatsServer({ storeDir: store.path });
    await server.wipe();
    expect(await readFile(join(store.path, 'notes'), 'utf8')).toBe('kept');
  });

  test('dies with the process that started it, even if that is killed', async () => {
    const script = `import { startNatsServer } from '@proofmill/nats-server';
      const server = await startNatsServer();
      console.log(JSON.stringify({ pid: server.pid, storeDir: server.storeDir }));
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(child.stdout, 'data');
    const { pid, storeDir } = JSON.parse(String(line)) as { pid: number; storeDir: string };
    expect(isAlive(pid)).toBe(true);
    child.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
    await expect.poll(() => existsSync(storeDir), { timeout: 5_000 }).toBe(false);
  });

  test('does not keep its process alive', async () => {
    const script = `import { startNatsServer } from '@proofmill/nats-server';
      await startNatsServer();`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: import.meta.dirname });
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
