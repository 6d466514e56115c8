export type { DriverEnd, Follower, FollowOptions } from './follow.ts';
export { follow } from './follow.ts';
export type { JobEvents } from './progress.ts';
export { tellAgain, tellEnd } from './tell.ts';
