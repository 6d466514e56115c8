/** What is said about a damaged object: which one it is, what is wrong with it, and what repairs it. */
import { IntegrityError, type Store } from '@proofmill/contract';

const command = 'give the same command again';
const asItWas = 'with the corpus as it was';
const unlessCleaned = '(after `proofmill clean`, put it back from a copy of the folder instead)';

/**
 * What to do about a damaged object, by its path. Everything but the journals is derived from something else: whoever finds an
 * object missing makes it again, and compares it where something still vouches for it.
 */
const repairs: readonly (readonly [path: RegExp, repair: string])[] = [
  [
    /\/(job|stage)\.json$/,
    `Remove it and ${command}: it is written again from the job, and a job that differs is refused`,
  ],
  [/\/signing-secret$/, `Remove it and ${command}: another one is drawn`],
  [/\/plan\/(START|END)$/, `Remove it and ${command}, ${asItWas}: it is written again, and nothing is asked again`],
  [
    /\/plan\/\d+\.json$/,
    `Remove it and END beside it, and ${command}, ${asItWas}: the plan is completed, and nothing is asked again ${unlessCleaned}`,
  ],
  [
    /\/packs\//,
    `Remove it, the entry of its shard in plan/ and plan/END, and ${command}, ${asItWas}: the shard is planned again, and nothing is asked again ${unlessCleaned}`,
  ],
  [
    /\/manifests\//,
    `Remove it and ${command}: the shard is committed again from its journals, with the same rows ${unlessCleaned}`,
  ],
  [
    /\/staging\//,
    `Remove it, the manifest of its shard in manifests/ and, where it was promoted, its file in data/ or failed/; then ${command}: the shard is committed again from its journals, with the same rows ${unlessCleaned}`,
  ],
  [
    /^(data|failed)\//,
    `Remove it and ${command}: it is promoted again from the committed file in .proofmill ${unlessCleaned}`,
  ],
  [
    /(^|\/)_MANIFEST\.json$/,
    `Remove it and _SUCCESS beside it, and ${command}: both are derived again from the manifests of the shards`,
  ],
  [/(^|\/)_SUCCESS$/, `Remove it and ${command}: it is written again`],
  [
    /\/generation\.json$/,
    `Remove it and ${command}, with the flags that the generation was begun with: it is written again, and one that differs is refused`,
  ],
];

/** Only the newest generation is opened again: what an earlier one lacks is not made again. */
const unlessSucceeded = '. Where a later generation exists, put it back from a copy of the folder instead';

function repairOf(object: string): string {
  const repair = repairs.find(([path]) => path.test(object))?.[1] ?? 'Put it back from a copy of the folder';
  return object.startsWith('generations/') ? repair + unlessSucceeded : repair;
}

/** The path of an object from the output folder, also where `store` is that of a generation. */
export const pathInOutput = ({ within }: Store, path: string): string =>
  within === undefined ? path : `${within}/${path}`;

/** The error for an object that is not what it should be: `what` completes the sentence that its path begins. */
export function damaged(store: Store, path: string, what: string, cause?: unknown): IntegrityError {
  const object = pathInOutput(store, path);
  const options = cause === undefined ? { object } : { object, cause };
  return new IntegrityError(`${object} ${what}. ${repairOf(object)}`, options);
}
