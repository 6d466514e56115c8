import { networkInterfaces } from 'node:os';
import { CommandError, runCommand, ToolError } from '@proofmill/process';
import { enter } from './isolation.ts';

/** Addresses inside a cluster. All clusters have the same ones, each in its own network. */
export const inside = {
  pods: '10.244.0.0/16',
  nodePods: '10.244.0.0/24',
  services: '10.96.0.0/16',
  apiService: '10.96.0.1',
  dnsService: '10.96.0.10',
} as const;

/** The two ends of the wire between machine and node. */
export interface ClusterNetwork {
  /** The machine's end: the address at which pods reach servers on this machine. */
  hostAddress: string;
  /** The node's end: the address at which this machine reaches the API server and node ports. */
  nodeAddress: string;
}

const interfaceOf = (number: number) => `proofmill${number}`;

/**
 * Creates a wire (a veth pair) between this machine and a cluster. One end is in the cluster's network from the start, so that the
 * wire disappears with that network, whichever process dies first. The name of the machine's end claims the number of the wire.
 * Pods reach this machine and, unless it forwards, nothing beyond it.
 */
export async function connectNetwork(firstPid: number): Promise<ClusterNetwork> {
  const number = await claimWire(firstPid);
  const [hostAddress, nodeAddress] = [`10.99.${number}.1`, `10.99.${number}.2`];
  const wire = interfaceOf(number);
  await runCommand('ip', ['address', 'add', `${hostAddress}/24`, 'dev', wire]);
  await runCommand('ip', ['link', 'set', wire, 'up']);
  const script = `set -e
ip link set lo up
ip address add ${nodeAddress}/24 dev eth0
ip link set eth0 up
ip route add default via ${hostAddress}
echo 1 >/proc/sys/net/ipv4/ip_forward
iptables --wait --table nat --append POSTROUTING --source ${inside.pods} --out-interface eth0 --jump MASQUERADE
`;
  const [file, ...words] = enter(firstPid);
  await runCommand(file, [...words, '/bin/sh', '-c', script]);
  return { hostAddress, nodeAddress };
}

async function claimWire(firstPid: number): Promise<number> {
  for (let number = 0; number < 256; number += 1) {
    if (isTaken(`10.99.${number}.`)) continue;
    const ends = ['name', 'eth0', 'netns', String(firstPid)];
    const refused = await runCommand('ip', ['link', 'add', interfaceOf(number), 'type', 'veth', 'peer', ...ends]).then(
      () => null,
      (error: unknown) => error,
    );
    if (refused === null) return number;
    if (!(refused instanceof CommandError) || !refused.output.includes('File exists')) throw refused;
  }
  throw new ToolError('configuration', 'All of 10.99.0.0/16 is in use on this machine. Take a cluster down.');
}

const isTaken = (prefix: string): boolean =>
  Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address.startsWith(prefix)));
