import { visibleLines } from '@proofmill/contract';

/** Writes one line: a sentence for people, details for machines. */
export interface Logger {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  warn(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
}

/** Names that a secret could be logged under; their values are never written. */
const secrets = ['token', 'secret', 'password', 'authorization', 'apiKey', 'seed', 'credentials'];

/** JSON lines on stderr, written synchronously so that a death loses none. `level` as in PROOFMILL_LOG. */
export async function processLog(role: string, level = process.env.PROOFMILL_LOG ?? 'info'): Promise<Logger> {
  // Loaded when something is logged: commands for people print sentences. A CommonJS library has only its default here.
  const { default: pino } = await import('pino');
  const destination = pino.destination({ dest: 2, sync: true });
  const log = pino(
    {
      base: { role, pid: process.pid },
      level,
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
    },
    { write: (line: string) => destination.write(visibleLines(line)) },
  );
  return {
    info: (message, details = {}) => log.info(details, message),
    warn: (message, details = {}) => log.warn(details, message),
    error: (message, details = {}) => log.error(details, message),
  };
}
