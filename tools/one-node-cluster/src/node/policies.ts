import { runCommand, until } from '@proofmill/process';
import { type DaemonContext, startDaemon } from './daemons.ts';
import { enter, kill, processesOf } from './isolation.ts';

const program = 'kube-router';

/** The last rule of its first round. */
const explicitAccept = 'rule to explicitly ACCEPT traffic that comply to network policies';

/** The rules of the node without those of kube-router; its sets of addresses have no other user. */
const removeRules = `set -e
iptables-save --table filter | grep -v -e KUBE-ROUTER- -e KUBE-POD-FW- -e KUBE-NWPLCY- | iptables-restore --table filter
ipset destroy
`;

/**
 * Enforces the NetworkPolicies of a cluster, as kube-router understands them, until it is disposed. Resolves when those that exist
 * are enforced; a change of policies or pods takes effect about a second later.
 * @throws {ToolError} temporary, where kube-router ends
 */
export async function enforcePolicies(context: DaemonContext): Promise<AsyncDisposable> {
  const inNode = (...command: string[]): Promise<string> => {
    const [file, ...words] = enter(context.firstPid);
    return runCommand(file, [...words, ...command]);
  };
  const { ended } = await startDaemon(program, context);
  const isEnforcing = async (): Promise<boolean> =>
    (await inNode('iptables-save', '--table', 'filter')).includes(explicitAccept);
  await Promise.race([until('network policies are enforced', isEnforcing, { everyMs: 200 }), ended]);
  return {
    async [Symbol.asyncDispose]() {
      for (const pid of await processesOf(context.firstPid, program)) kill(pid);
      await until(`${program} is gone`, async () => (await processesOf(context.firstPid, program)).length === 0);
      await inNode('/bin/sh', '-c', removeRules);
    },
  };
}
