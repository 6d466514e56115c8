import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';

test.skipIf(process.platform === 'win32')(
  'a demo that is ended ends the command that it runs',
  { timeout: 60_000 },
  async () => {
    const script = `
    const { proofmill } = await import(${JSON.stringify(new URL('./proofmill.ts', import.meta.url).href)});
    process.exitCode = await proofmill(['simulate']);
  `;
    const demo = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void demo.kill('SIGKILL'));
    let printed = '';
    let url: string | undefined;
    for await (const text of demo.stdout.setEncoding('utf8')) {
      printed += text;
      url = /http:\/\/[\d.:]+/.exec(printed)?.[0];
      if (url) break;
    }
    expect(url, printed).toBeDefined();
    expect((await fetch(`${url}/v1/models`)).ok).toBe(true);

    demo.kill('SIGTERM');
    await once(demo, 'exit');
    await expect(fetch(`${url}/v1/models`)).rejects.toThrow();
  },
);
