/** Programs that Go builds from the module proxy. */
import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand } from './command.ts';
import { ToolError } from './tool-error.ts';

/** A module and the digest of its content, as go.sum has it: `h1:..`. */
export interface GoModule {
  readonly path: string;
  readonly version: string;
  readonly sum: string;
}

export interface GoProgram {
  readonly module: GoModule;
  /** Package of the program inside the module: `.` or `./cmd/name`. */
  readonly package: string;
  /** Whether it must run without the C library of the machine that builds it. Default: as Go is set up. */
  readonly isStatic?: boolean;
  /** Build tags, which leave parts of it out or put them in. */
  readonly tags?: readonly string[];
  /** Files that are links in its repository, and where they point: archives of modules have no links. */
  readonly links?: Readonly<Record<string, string>>;
}

/**
 * Builds a program into the file `target`, and resolves with the folder of the module's sources. The module has to be the one with the pinned digest, which covers its go.sum, and Go checks all
 * that it depends on against that: so one digest pins the whole of the sources.
 * @throws {ToolError} configuration, if the proxy serves another module
 * @throws {CommandError} if there is no Go, or the proxy cannot be reached, or the build fails
 */
export async function buildGoProgram(program: GoProgram, target: string): Promise<string> {
  const { module, package: name, isStatic = false, tags = [], links } = program;
  const named = `${module.path}@v${module.version}`;
  await mkdir(dirname(target), { recursive: true });
  const answer = await runCommand('go', ['mod', 'download', '-json', named], {
    cwd: dirname(target),
    environment: goEnvironment('-mod=mod'),
    doing: `fetching ${named}`,
  });
  const { Sum: sum, Dir: fetched } = JSON.parse(answer) as { Sum: string; Dir: string };
  requireSum(named, module.sum, sum);
  const sources = links === undefined ? fetched : await copyWithLinks(fetched, `${target}-sources`, links);
  await runCommand('go', ['build', ...(tags.length > 0 ? ['-tags', tags.join(',')] : []), '-o', target, name], {
    cwd: sources,
    environment: { ...goEnvironment('-mod=readonly'), ...(isStatic ? { CGO_ENABLED: '0' } : {}) },
    doing: `building ${named}`,
  });
  return sources;
}

/** The module's own folder is read-only, and so is the rest of Go's cache. */
async function copyWithLinks(from: string, to: string, links: Readonly<Record<string, string>>): Promise<string> {
  await rm(to, { recursive: true, force: true });
  await runCommand('cp', ['-r', '--no-preserve=mode', from, to]);
  for (const [file, pointsTo] of Object.entries(links)) await symlink(pointsTo, join(to, file));
  return to;
}

/** @throws {ToolError} configuration, if a module has another digest than the pinned one */
export function requireSum(named: string, pinned: string, found: string): void {
  if (found === pinned) return;
  throw new ToolError(
    'configuration',
    `${named} is not what it was: its digest is ${found}, not ${pinned}. Check which module proxy is configured (go env GOPROXY).`,
  );
}

/** The caller's environment, so that Go fetches and caches as usual, but without the flags and the workspace of another project. */
const goEnvironment = (flags: string): NodeJS.ProcessEnv => ({
  ...process.env,
  GOFLAGS: `${flags} -buildvcs=false`,
  GOWORK: 'off',
});
