/** What other tests of whole jobs use: the example job, the undisturbed run, and what to compare. */

export type { Deaths } from './bound.ts';
export { mostAskedTwice, mostHeldChunks } from './bound.ts';
export type { Command, CommandOptions, Ended } from './command.ts';
export { runCommand, startCommand } from './command.ts';
export type { Asked, Engine, EngineOptions } from './engine.ts';
export { askedIn, startEngine } from './engine.ts';
export type { ExampleOptions, JobFolder } from './example.ts';
export { example, exampleCorpus, exampleJob, writeExample } from './example.ts';
export type { Rows } from './output.ts';
export { filesOf, placedAt, rowsOf } from './output.ts';
export type { Role } from './role.ts';
export { superviseRole } from './role.ts';
export type { LoopOptions, LoopScene } from './training/loop-scene.ts';
export { durable, standInTrainer, writeLoop } from './training/loop-scene.ts';
export type { Undisturbed } from './undisturbed.ts';
export { undisturbed } from './undisturbed.ts';
export { within } from './within.ts';
