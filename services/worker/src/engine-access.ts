/** How an engine is reached: what the job names is read from the environment here, and nowhere else. */
import { ConfigurationError, type EngineAccess, engineAccessSchema } from '@proofmill/contract';
import { type VllmEngine, vllmEngine } from '@proofmill/vllm';

/** What an engine is given with each request. None of it may be printed. */
export interface EngineSecrets {
  readonly apiKey?: string;
}

/**
 * Opens an engine. `where` names the access in a sentence: `stage label: engine`, or a flag. `onNotice` takes a sentence when the server is
 * found not to take a part of the API.
 * @throws ConfigurationError for an address that cannot be read, and as `readSecrets` does
 */
export const openEngine = (
  baseUrl: string,
  access: EngineAccess,
  where: string,
  onNotice?: (sentence: string) => void,
): VllmEngine => vllmEngine({ baseUrl, ...readSecrets(access, where), ...(onNotice ? { onNotice } : {}) });

/**
 * The secrets that an access names, without white space around them.
 * @throws ConfigurationError with the name of a variable that is not set, is empty, or holds what no header can; never its value
 */
export function readSecrets({ apiKey }: EngineAccess, where: string): EngineSecrets {
  return apiKey ? { apiKey: readVariable(apiKey.env, `${where}.apiKey`) } : {};
}

function readVariable(name: string, what: string): string {
  const value = process.env[name]?.trim();
  if (value === undefined) {
    throw new ConfigurationError(
      `${what}: the environment variable ${name} is not set. Set it to the key of the engine`,
    );
  }
  if (value === '') {
    throw new ConfigurationError(`${what}: the environment variable ${name} is empty. Set it to the key of the engine`);
  }
  const fault = faultOf(value);
  if (fault === null) return value;
  throw new ConfigurationError(
    `${what}: the environment variable ${name} holds ${fault}, which no header can. Set it to the key alone`,
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
