import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const keptMs = 7 * 24 * 3600 * 1000;
const readBytes = 64 * 1024;
const tailLines = 15;

/** The path of a new log. Removes logs of earlier servers that are older than a week. */
export async function newLogFile(folder: string, name: string): Promise<string> {
  for (const entry of await readdir(folder).catch(() => [])) {
    if (!entry.endsWith('.log')) continue;
    const file = join(folder, entry);
    const found = await stat(file).catch(() => undefined); // another start may remove it too
    if (found && found.mtimeMs < Date.now() - keptMs) await rm(file, { force: true });
  }
  return join(folder, `${name}.log`);
}

/**
 * The end of a log for an error message, after a list of the errors in it: vLLM has several processes, and the last traceback is
 * that of a process that only noticed the death of another.
 */
export async function describeLog(file: string): Promise<string> {
  const text = await readEnd(file).catch((error: Error) => `(cannot be read: ${error.message})`);
  const lines = text.trimEnd().split('\n');
  const named = lines
    .filter((line) => !line.includes(' WARNING '))
    .flatMap((line) => line.match(/\b[\w.]*(?:Error|Exception): .+/)?.[0] ?? []);
  const errors = [...new Set(named)].map((error) => `  ${error.slice(0, 300)}`);
  return [
    ...(errors.length > 0 ? ['Errors in its log:', ...errors] : []),
    `The end of ${file}:`,
    ...lines.slice(-tailLines).map((line) => `  ${line}`),
  ].join('\n');
}

async function readEnd(file: string): Promise<string> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  const start = Math.max(0, size - readBytes);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(readBytes), 0, readBytes, start);
  return buffer.toString('utf8', 0, bytesRead);
}
