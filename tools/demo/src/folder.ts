import { existsSync } from 'node:fs';

/** The first free folder of a demo, NAME-out, NAME-2-out and so on; with `resume` the last one in use. */
export function demoFolder(name: string, resume: boolean): string {
  const folder = (demo: number): string => `${name}${demo === 1 ? '' : `-${demo}`}-out`;
  let demo = 1;
  while (existsSync(folder(demo))) demo += 1;
  return folder(resume ? Math.max(1, demo - 1) : demo);
}
