import { lstat, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { ToolError } from '@proofmill/process';

const longestPathBytes = 107; // of a unix socket on Linux, without the terminating zero

/**
 * Removes the socket file of a dead server: vLLM does not remove it, and the next start would fail.
 * @throws {ToolError} configuration if the path is too long, is not a socket, or a server answers there
 */
export async function clearSocket(socketPath: string): Promise<void> {
  if (Buffer.byteLength(socketPath) > longestPathBytes) {
    throw new ToolError(
      'configuration',
      `${socketPath} is longer than the ${longestPathBytes} bytes that a socket's path may have.`,
    );
  }
  const found = await lstat(socketPath).catch(() => undefined);
  if (!found) return;
  if (!found.isSocket())
    throw new ToolError('configuration', `${socketPath} exists and is not a socket; move it away.`);
  if (await answers(socketPath)) {
    throw new ToolError('configuration', `A server already listens on ${socketPath}; stop it or choose another path.`);
  }
  await rm(socketPath, { force: true });
}

/** Removes the socket file that a stopped server leaves; anything else under its name stays. */
export async function removeSocket(socketPath: string): Promise<void> {
  const found = await lstat(socketPath).catch(() => undefined);
  if (found?.isSocket()) await rm(socketPath, { force: true });
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socketPath);
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', () => resolve(false));
  });
}
