/**
 * Seals: a JSON object of the output folder carries its own digest. Its last field, `sha256`, is that of all bytes ahead of the
 * field's value, so the digest covers the text and not only what it parses to.
 */
import { sha256 } from './identity.ts';

/** The text of an object, which has no field `sha256`, with its seal and a line feed, on one line or indented for people. */
export function sealedText(object: object, indent = 0): string {
  const whole = JSON.stringify({ ...object, sha256: '' }, null, indent);
  const end = whole.lastIndexOf('"');
  const head = whole.slice(0, end);
  return `${head}${sha256(head)}${whole.slice(end)}\n`;
}

/** What the bytes of a sealed object come to. */
type Unsealed =
  /** `value` is the object without its seal. */
  | { readonly state: 'sound'; readonly value: unknown }
  | { readonly state: 'damaged' }
  /** A JSON object that was never sealed. */
  | { readonly state: 'unsealed' };

const seal = /([0-9a-f]{64})("\n?\}\n)$/;
const longestSeal = 70;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Compares the bytes of an object with its seal. */
export function unseal(bytes: Uint8Array): Unsealed {
  const tail = new TextDecoder('latin1').decode(bytes.subarray(-longestSeal));
  const [, digest = '', rest = ''] = seal.exec(tail) ?? [];
  const parsed = parse(bytes);
  const fields = parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed) ? parsed : null;
  // A seal whose name was damaged still ends like one.
  if (fields && !('sha256' in fields) && digest === '') return { state: 'unsealed' };
  const sealed = bytes.subarray(0, bytes.length - digest.length - rest.length);
  if (!fields || digest === '' || sha256(sealed) !== digest) return { state: 'damaged' };
  const { sha256: _seal, ...value } = fields as { sha256: unknown };
  return { state: 'sound', value };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return null;
  }
}
