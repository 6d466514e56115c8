/** Damage to the objects of an output folder: every kind of object, in every way, and what its repair removes. */
import type { World } from './world.ts';

export type Objects = ReadonlyMap<string, Uint8Array>;
type Chance = Pick<World, 'chance' | 'between'>;

/** Kinds of objects that somebody vouches for, by their path. Those that nobody does (see docs/output.md) are not in the list. */
export const kinds: Readonly<Record<string, RegExp>> = {
  'job.json': /\/job\.json$/,
  'stage.json': /\/stage\.json$/,
  START: /\/plan\/START$/,
  'plan entry': /\/plan\/\d+\.json$/,
  END: /\/plan\/END$/,
  pack: /\/packs\//,
  manifest: /\/manifests\//,
  'staged rows': /\/staging\/\d+\.rows/,
  'staged failures': /\/staging\/\d+\.failures/,
  'promoted rows': /^data\//,
  'promoted failures': /^failed\//,
  '_MANIFEST.json': /(^|\/)_MANIFEST\.json$/,
  _SUCCESS: /(^|\/)_SUCCESS$/,
  'generation.json': /\/generation\.json$/,
};

export const kindOf = (path: string): string | null =>
  Object.entries(kinds).find(([, pattern]) => pattern.test(path))?.[0] ?? null;

/**
 * Whether somebody knows the digest of an object now: that of a pack is in the entry of its shard, and that of a staged file in its
 * manifest, which are written after them. Where these do not follow, nobody reads them.
 */
export function isVouchedFor(path: string, objects: Objects): boolean {
  if (path.includes('/packs/')) return objects.has(path.replace(/packs\/(\d+)\..*$/, 'plan/$1.json'));
  if (!path.includes('/staging/')) return true;
  return [...objects].some(([name, bytes]) => name.includes('/manifests/') && Buffer.from(bytes).includes(path));
}

/** What an object holds after its damage; null where it cannot be damaged in this way. */
type Way = (bytes: Uint8Array, chance: Chance, path: string, objects: Objects) => Uint8Array | null;

const changedAt = (bytes: Uint8Array, at: number, byte: number): Uint8Array =>
  bytes.map((before, position) => (position === at ? byte : before));

const isJsonLines = (bytes: Uint8Array): boolean => {
  try {
    for (const line of Buffer.from(bytes).toString().trim().split('\n')) JSON.parse(line);
    return true;
  } catch {
    return false;
  }
};

/** The bytes with one bit that is not as it was. */
export function flipped(bytes: Uint8Array, { between }: Chance): Uint8Array {
  const at = between(0, bytes.length - 1);
  return changedAt(bytes, at, (bytes[at] ?? 0) ^ (1 << between(0, 7)));
}

/** Another digit or letter somewhere, so that it is JSON as before, on one line or on many. */
const changeCharacter: Way = (bytes, { between }) => {
  const isWhole = (changed: Uint8Array): boolean =>
    isJsonLines(changed) || isJsonLines(Buffer.from(Buffer.from(changed).toString().replaceAll('\n', ' ')));
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    const at = between(0, bytes.length - 1);
    const character = String.fromCharCode(bytes[at] ?? 0);
    const other = /[0-8a-y]/.test(character) ? (bytes[at] ?? 0) + 1 : null;
    const changed = other === null ? null : changedAt(bytes, at, other);
    if (changed && isWhole(changed)) return changed;
  }
  return null;
};

/** The bytes of another object of its kind: of another shard, stage or generation. */
const replace: Way = (bytes, { between }, path, objects) => {
  const kind = kindOf(path);
  const others = [...objects].filter(([name, other]) => kindOf(name) === kind && Buffer.compare(other, bytes) !== 0);
  return others[between(0, others.length - 1)]?.[1] ?? null;
};

export const ways: Readonly<Record<string, Way>> = {
  'a flipped bit': (bytes, chance) => flipped(bytes, chance),
  'a lost end': (bytes, { between }) => bytes.subarray(0, between(1, bytes.length - 1)),
  'a character changed, still JSON': changeCharacter,
  "another object's content": replace,
  'nothing left': () => new Uint8Array(),
};

/** Damages an object in one of the ways; null where that way changes nothing. */
export function damagedBytes(objects: Objects, path: string, way: string, chance: Chance): Uint8Array | null {
  const bytes = objects.get(path) ?? new Uint8Array();
  if (bytes.length < 2) return null;
  return ways[way]?.(bytes, chance, path, objects) ?? null;
}

/** The objects that the sentence on a damaged one says to remove. */
export function removedInRepair(path: string, objects: Objects): string[] {
  const stage = path.replace(/\/(plan|packs|manifests|staging)\/.*$/, '');
  const [, shard = ''] = /\/(\d{5})[^/]*$/.exec(path) ?? [];
  switch (kindOf(path)) {
    case 'plan entry':
      return [path, `${stage}/plan/END`];
    case 'pack':
      return [path, `${stage}/plan/${shard}.json`, `${stage}/plan/END`];
    case 'staged rows':
    case 'staged failures':
      return [path, `${stage}/manifests/${shard}.json`, ...promotedOf(path, shard, objects)];
    case '_MANIFEST.json':
      return [path, path.replace('_MANIFEST.json', '_SUCCESS')];
    default:
      return [path];
  }
}

/** The promoted file of a staged one; none while it was not promoted. */
function promotedOf(path: string, shard: string, objects: Objects): string[] {
  const [, generation] = /^generations\/(\d+)\//.exec(path) ?? [];
  const suffix = generation === undefined ? '' : `\\.generation-${generation}`;
  const folder = path.includes('.rows.') ? `data/train-${shard}-of-\\d+` : `failed/${shard}`;
  return [...objects.keys()].filter((name) => new RegExp(`^${folder}${suffix}\\.(jsonl|parquet)$`).test(name));
}
