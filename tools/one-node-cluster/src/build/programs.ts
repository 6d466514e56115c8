/** Builds Kubernetes, etcd and CoreDNS with Go, from the module proxy. */
import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommandOptions, requireSum, runCommand, ToolError } from '@proofmill/process';
import type { BuildLayout } from '../layout.ts';
import { corednsVersion, etcdVersion, goVersion, kubernetesPrograms, kubernetesVersion, moduleSums } from '../pins.ts';

/** What a step of the build works with: paths, a log, and a way to run commands under the build's lock. */
export interface BuildContext {
  layout: BuildLayout;
  log: (line: string) => void;
  run: (file: string, args: readonly string[], options?: CommandOptions) => Promise<string>;
}

interface Program {
  name: string;
  /** The folder with its go.mod, created if absent. */
  module: (context: BuildContext) => Promise<string>;
  package: string;
  linkerFlags: string;
  /** The arguments that make it print its version, and what the right one prints. */
  version: { args: string[]; says: string } | null;
}

const etcdModule = 'go.etcd.io/etcd/server/v3';
const corednsModule = 'github.com/coredns/coredns';
const component = 'k8s.io/component-base/version';
const [major, minor] = kubernetesVersion.split('.');

const programs: readonly Program[] = [
  ...kubernetesPrograms.map(
    (name): Program => ({
      name,
      module: kubernetesModule,
      package: `k8s.io/kubernetes/cmd/${name}`,
      linkerFlags: `-s -w -X ${component}.gitVersion=v${kubernetesVersion} -X ${component}.gitMajor=${major} -X ${component}.gitMinor=${minor}`,
      version: { args: ['--version'], says: `Kubernetes v${kubernetesVersion}` },
    }),
  ),
  {
    name: 'etcd',
    module: (context) => moduleOf(context, 'etcd', etcdModule, etcdVersion, [etcdModule]),
    package: 'go.etcd.io/etcd/server/v3',
    linkerFlags: '-s -w',
    version: { args: ['--version'], says: `etcd Version: ${etcdVersion}` },
  },
  {
    name: 'coredns',
    module: (context) => moduleOf(context, 'coredns', corednsModule, corednsVersion, [corednsModule]),
    package: 'github.com/coredns/coredns',
    linkerFlags: '-s -w',
    version: { args: ['-version'], says: `CoreDNS-${corednsVersion}` },
  },
  { name: 'pause', module: pauseModule, package: '.', linkerFlags: '-s -w', version: null },
];

/** The names of all built programs. */
export const programNames: readonly string[] = programs.map(({ name }) => name);

/** Builds the missing programs, one at a time: each build takes all cores and up to 2 GB. */
export async function buildPrograms(context: BuildContext): Promise<void> {
  const { layout, log, run } = context;
  await mkdir(layout.bin, { recursive: true });
  for (const program of programs) {
    const path = join(layout.bin, program.name);
    if (await isRight(context, program, path)) continue;
    const startedMs = performance.now();
    log(`  Building ${program.name}`);
    const cwd = await program.module(context);
    const partial = join(layout.scratch, program.name);
    // pause is static: its image has no other file.
    const environment = { ...goEnvironment(), ...(program.name === 'pause' ? { CGO_ENABLED: '0' } : {}) };
    const args = ['build', '-ldflags', program.linkerFlags, '-o', partial, program.package];
    await run('go', args, { cwd, environment, log, doing: program.name });
    if (program.version && !(await isRight(context, program, partial))) {
      throw new ToolError('temporary', `${partial} does not print ${program.version.says} as its version.`);
    }
    await rename(partial, path);
    log(`  Built ${program.name} in ${Math.round((performance.now() - startedMs) / 1000)} s`);
  }
}

/** @throws {ToolError} configuration, if there is no Go or it is too old */
export async function checkGo(): Promise<void> {
  const wanted = `Go ${goVersion.major}.${goVersion.minor} or newer`;
  const says = await runCommand('go', ['env', 'GOVERSION']).catch(() => null);
  if (says === null) throw new ToolError('configuration', `There is no Go. Install ${wanted} (https://go.dev/dl).`);
  const [, foundMajor, foundMinor] = /^go(\d+)\.(\d+)/.exec(says) ?? [];
  if (Number(foundMajor) === goVersion.major && Number(foundMinor) >= goVersion.minor) return;
  throw new ToolError('configuration', `Go is ${says.trim()}. Install ${wanted} (https://go.dev/dl).`);
}

async function isRight({ run }: BuildContext, { version }: Program, path: string): Promise<boolean> {
  if (version === null) return false; // small: built again
  return run(path, version.args).then(
    (output) => output.includes(version.says),
    () => false,
  );
}

/** The caller's environment, so that Go fetches and caches as usual, but without the flags and the workspace of another project. */
const goEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, GOFLAGS: '-mod=mod -buildvcs=false', GOWORK: 'off' });

/** A module whose only purpose is to require programs at a version. Rejects where that is not the pinned one. */
async function moduleOf(
  { layout, run }: BuildContext,
  name: string,
  required: keyof typeof moduleSums,
  version: string,
  imports: readonly string[],
  replacements = '',
): Promise<string> {
  const folder = join(layout.scratch, `module-${name}`);
  await mkdir(folder, { recursive: true });
  const blank = imports.map((path) => `import _ "${path}"`).join('\n');
  await writeFile(join(folder, 'tools.go'), `//go:build tools\n\npackage tools\n\n${blank}\n`);
  const go = `go ${goVersion.major}.${goVersion.minor}.0`;
  await writeFile(
    join(folder, 'go.mod'),
    `module proofmill.dev/${name}\n\n${go}\n\nrequire ${required} v${version}\n${replacements}`,
  );
  await run('go', ['mod', 'tidy'], { cwd: folder, environment: goEnvironment() });
  const named = `${required} v${version}`;
  requireSum(named, moduleSums[required], sumIn(await readFile(join(folder, 'go.sum'), 'utf8'), named));
  return folder;
}

/** The digest of a module in a go.sum; empty where it has none. */
export const sumIn = (goSum: string, named: string): string =>
  goSum
    .split('\n')
    .find((line) => line.startsWith(`${named} `))
    ?.slice(named.length + 1) ?? '';

let kubernetesFolder: Promise<string> | undefined;

/**
 * Kubernetes replaces its libraries with folders of its own repository, and a replacement counts only in the main module. So this
 * module has the same list, with the published versions of the libraries.
 */
function kubernetesModule(context: BuildContext): Promise<string> {
  kubernetesFolder ??= (async () => {
    const folder = join(context.layout.scratch, 'kubernetes-sources');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'go.mod'), 'module proofmill.dev/sources\n');
    const answer = await context.run('go', ['mod', 'download', '-json', `k8s.io/kubernetes@v${kubernetesVersion}`], {
      cwd: folder,
      environment: goEnvironment(),
    });
    const { GoMod } = JSON.parse(answer) as { GoMod: string };
    const staged = [...(await readFile(GoMod, 'utf8')).matchAll(/^\s*(k8s\.io\/\S+) => \.\/staging\//gm)];
    const replacements = staged.map(([, name]) => `\t${name} => ${name} v0${kubernetesVersion.slice(1)}`);
    if (replacements.length === 0)
      throw new Error(`${GoMod} replaces nothing: the way to build Kubernetes has changed.`);
    return moduleOf(
      context,
      'kubernetes',
      'k8s.io/kubernetes',
      kubernetesVersion,
      kubernetesPrograms.map((name) => `k8s.io/kubernetes/cmd/${name}`),
      `\nreplace (\n${replacements.join('\n')}\n)\n`,
    );
  })();
  return kubernetesFolder;
}

async function pauseModule({ layout }: BuildContext): Promise<string> {
  const folder = join(layout.scratch, 'module-pause');
  await mkdir(folder, { recursive: true });
  await copyFile(join(import.meta.dirname, 'pause/main.go'), join(folder, 'main.go'));
  await writeFile(join(folder, 'go.mod'), 'module proofmill.dev/pause\n');
  return folder;
}
