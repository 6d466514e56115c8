/** Several servers of one model (`baseUrls`): each worker asks one of them. */
import type { z } from 'zod';
import { addressesOf, firstEngineOf } from './engine-spec.ts';
import type { StageSpec } from './job.ts';

/** Refuses stages with fewer workers than servers: some servers would never be asked. */
export function refuseIdleServers(
  { pipeline }: { readonly pipeline: readonly StageSpec[] },
  context: z.RefinementCtx,
): void {
  for (const [index, spec] of pipeline.entries()) {
    const first = firstEngineOf(spec);
    const servers = [
      { field: 'engine.baseUrls', count: addressesOf(spec.engine).length },
      { field: 'first.engine.baseUrls', count: first ? addressesOf(first).length : 0 },
    ];
    const { workers } = spec.fleet;
    const idle = servers.find(({ count }) => count > workers);
    if (!idle) continue;
    context.addIssue({
      code: 'custom',
      path: ['pipeline', index, 'fleet', 'workers'],
      message: `is ${workers}, and ${idle.field} names ${idle.count} servers: each worker asks one, so some would never be asked; set it to ${idle.count} or more`,
    });
  }
}
