/** The folders of the cache, which holds everything that is fetched or built. */
export { cacheFolder } from './folder.ts';
export type { FolderLock } from './lock.ts';
export { lockFolder } from './lock.ts';
