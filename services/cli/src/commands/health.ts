import { UnavailableError } from '@proofmill/contract';
import type { Command } from '@proofmill/runtime';
import { vllmEngine } from '@proofmill/vllm';

export function addHealth(program: Command): void {
  program
    .command('health')
    .description(
      'ask an engine whether it is well, as a probe does: 0 when its /health answers 200 in 5 seconds, else 75',
    )
    .requiredOption('--engine <url>', 'address of the engine: http://HOST:PORT or unix:///PATH')
    .action(async ({ engine: baseUrl }: { engine: string }) => {
      const engine = vllmEngine({ baseUrl });
      try {
        if (await engine.healthy(new AbortController().signal)) return;
        throw new UnavailableError('engine-unhealthy', `${baseUrl}/health did not answer 200 within 5 s`);
      } finally {
        engine.close();
      }
    });
}
