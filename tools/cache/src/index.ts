/** The cache folder of everything that is fetched or built. */
export { cacheFolder } from './folder.ts';
export type { FolderLock } from './lock.ts';
export { lockFolder } from './lock.ts';
