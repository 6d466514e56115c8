/** How an engine is reached: what the job names is read from the environment here, and nowhere else. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigurationError, type EngineAccess, engineAccessSchema, secretsIn } from '@proofmill/contract';
import { type VllmEngine, type VllmOptions, vllmEngine } from '@proofmill/vllm';

/** What an access names, read. Neither key nor secrets may be printed. */
export type ReadAccess = Pick<VllmOptions, 'apiKey' | 'headers' | 'secrets' | 'ca' | 'rate'>;

/**
 * Opens an engine. `where` names the access in a sentence: `stage label: engine`, or a flag. `onNotice` takes a sentence when the server is
 * found not to take a part of the API.
 * @throws ConfigurationError for an address or a proxy that cannot be used, and as `readAccess` does
 */
export const openEngine = (
  baseUrl: string,
  access: EngineAccess,
  where: string,
  onNotice?: (sentence: string) => void,
): VllmEngine =>
  vllmEngine({
    baseUrl,
    environment: process.env,
    ...readAccess(access, where),
    ...(onNotice ? { onNotice } : {}),
  });

/**
 * The secrets that an access names, without white space around them, and its certificates.
 * @throws ConfigurationError with the name of a variable that is not set, is empty, or holds what no header can, and never its
 * value; for a file that cannot be read or holds no certificate
 */
export function readAccess(access: EngineAccess, where: string): ReadAccess {
  const secrets = new Map(secretsIn(access).map(([field, { env }]) => [field, readVariable(env, `${where}.${field}`)]));
  const apiKey = secrets.get('apiKey');
  const headers = Object.entries(access.headers ?? {}).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : secrets.get(`headers.${name}`),
  ]);
  return {
    ...(apiKey === undefined ? {} : { apiKey }),
    headers: Object.fromEntries(headers),
    secrets: [...secrets.values()],
    ...(access.rate === undefined ? {} : { rate: access.rate }),
    ...(access.caFile === undefined ? {} : { ca: readCertificates(access.caFile, `${where}.caFile`) }),
  };
}

function readCertificates(path: string, what: string): string {
  try {
    const text = readFileSync(path, 'utf8');
    new X509Certificate(text);
    return text;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const fault =
      code === undefined || code.startsWith('ERR_')
        ? `holds no certificate in the form PEM`
        : `cannot be read (${message})`;
    throw new ConfigurationError(`${what}: ${path} ${fault}`, { cause: error });
  }
}

function readVariable(name: string, what: string): string {
  const value = process.env[name]?.trim();
  if (value === undefined) {
    throw new ConfigurationError(
      `${what}: the environment variable ${name} is not set. Set it to what the engine expects`,
    );
  }
  if (value === '') {
    throw new ConfigurationError(
      `${what}: the environment variable ${name} is empty. Set it to what the engine expects`,
    );
  }
  const fault = faultOf(value);
  if (fault === null) return value;
  throw new ConfigurationError(
    `${what}: the environment variable ${name} holds ${fault}, which no header can. Set it to the secret alone`,
  );
}

/** What keeps a text from being the value of a header (RFC 9110, 5.5). */
function faultOf(value: string): string | null {
  if (/[\r\n]/.test(value)) return 'a line feed inside';
  return /^[\x20-\x7e\t]*$/.test(value) ? null : 'a character outside of ASCII, or a control character';
}

/**
 * The access that a flag gives as JSON; none without the flag.
 * @throws ConfigurationError that does not repeat the text, which may hold a key by mistake
 */
export function parseAccess(json: string | undefined, flag: string): EngineAccess {
  if (json === undefined) return {};
  const parsed = engineAccessSchema.safeParse(jsonIn(json));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw new ConfigurationError(
    `${flag} must be JSON such as {"apiKey":{"env":"NAME"}}: ${place === '' ? '' : `${place}: `}${issue?.message}`,
  );
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
