import { UnavailableError } from '@proofmill/contract';
import type { Command } from '@proofmill/runtime';
import { vllmEngine } from '@proofmill/vllm';

export function addHealth(program: Command): void {
  program
    .command('health')
    .description(
      'check an engine, as a probe does: exits with 0 if its /health answers 200 within 5 seconds, else with 75',
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
