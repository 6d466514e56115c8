import { runCommand, ToolError } from '@proofmill/process';
import { isBuilt } from './build.ts';
import { hasApt, missingPackages } from './debian.ts';
import { checkGo } from './programs.ts';

/** Empty, or why a cluster cannot start here and what to do: the reason of a skipped suite. */
export async function clusterSkipReason(): Promise<string> {
  if (process.platform !== 'linux') return `A cluster needs Linux; this is ${process.platform}. Use a virtual machine.`;
  if (process.getuid?.() !== 0) {
    return 'A cluster needs root, for namespaces, mounts and cgroups. Run it as root.';
  }
  const refused = await runCommand('unshare', ['--mount', '--net', '--pid', '--fork', '/bin/true']).then(
    () => '',
    (error: Error) => error.message,
  );
  if (refused)
    return `This machine does not let root create namespaces: ${refused} In a container, start it as privileged.`;
  if (await isBuilt()) return '';
  const missing = await missingPackages();
  if (missing.length > 0 && !(await hasApt())) {
    return `This machine has no apt-get and lacks programs that Debian has in these packages: ${missing.join(', ')}. Install them.`;
  }
  return checkGo().then(
    () => '',
    (error: unknown) => {
      if (error instanceof ToolError) return error.message;
      throw error;
    },
  );
}
