import { type Checks, checksOf } from './checks.ts';
import type { RoleMetrics } from './role-metrics.ts';
import type { MeteredRole } from './table.ts';

/** The status of a role, open to scrapes and probes. */
export interface Status extends AsyncDisposable {
  readonly url: string;
  readonly metrics: RoleMetrics;
  readonly checks: Checks;
}

export interface StatusOptions {
  readonly role: MeteredRole;
  /** The port to listen on; 0: any free one. Undefined: no status is open. */
  readonly statusPort?: number;
  /** The address to listen on; `all` for every address of the machine. Default: the loopback. */
  readonly statusHost?: string;
  readonly log: { info(message: string, details: Readonly<Record<string, unknown>>): void };
}

/**
 * How long nothing may happen at any port of a living process. Each loop asks a port every few seconds; a file of an output that is
 * written in one call may take minutes.
 */
const quietMs = 15 * 60_000;

/** Opens the status of a role, where a port is given. @throws ConfigurationError where nothing can listen there */
export async function openStatus(options: StatusOptions): Promise<Status | null> {
  const { role, statusPort: port, statusHost: host = '127.0.0.1', log } = options;
  if (port === undefined) return null;
  // Loaded when it is asked for: a run on one machine counts nothing for others.
  const { RoleMetrics } = await import('./role-metrics.ts');
  const { serveStatus } = await import('./status-server.ts');
  const metrics = new RoleMetrics(role);
  const checks = checksOf({ quietMs, nowMs: () => performance.now() });
  const { url, close } = await serveStatus({ port, host }, metrics, checks);
  log.info('the status is open', { url });
  return { url, metrics, checks, [Symbol.asyncDispose]: close };
}
