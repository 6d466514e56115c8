/** The processes of a cluster, and how each is started. */
import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '@proofmill/process';
import { systemPath } from '../build/debian.ts';
import { kubeRouterProgram } from '../build/kube-router.ts';
import type { BuildLayout, ClusterLayout } from '../layout.ts';
import { nodeName } from './configuration.ts';
import { enter } from './isolation.ts';
import { type ClusterNetwork, inside } from './network.ts';

export interface Daemon {
  name: string;
  /** Rejects when the daemon has ended; never resolves. */
  ended: Promise<never>;
}

/** What the command line of a daemon depends on. */
export interface DaemonContext {
  build: BuildLayout;
  layout: ClusterLayout;
  network: ClusterNetwork;
  /** The first process in the cluster's namespaces. */
  firstPid: number;
}

type CommandLine = (context: DaemonContext) => string[];

const inPki = ({ layout }: DaemonContext, file: string) => join(layout.pki, file);
const inConfig = ({ layout }: DaemonContext, file: string) => join(layout.config, file);
const built = ({ build }: DaemonContext, program: string) => join(build.bin, program);

const commandLines = {
  etcd: (context) => [
    built(context, 'etcd'),
    `--data-dir=${join(context.layout.state, 'etcd')}`,
    '--listen-client-urls=http://127.0.0.1:2379',
    '--advertise-client-urls=http://127.0.0.1:2379',
    '--listen-peer-urls=http://127.0.0.1:2380',
    '--unsafe-no-fsync', // the data need not survive a crash of this machine
  ],
  'kube-apiserver': (context) => [
    built(context, 'kube-apiserver'),
    '--etcd-servers=http://127.0.0.1:2379',
    '--secure-port=6443',
    `--advertise-address=${context.network.nodeAddress}`,
    `--tls-cert-file=${inPki(context, 'kube-apiserver.crt')}`,
    `--tls-private-key-file=${inPki(context, 'kube-apiserver.key')}`,
    `--client-ca-file=${inPki(context, 'ca.crt')}`,
    `--service-account-key-file=${inPki(context, 'service-accounts.pub')}`,
    `--service-account-signing-key-file=${inPki(context, 'service-accounts.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-cluster-ip-range=${inside.services}`,
    '--authorization-mode=Node,RBAC',
    '--allow-privileged',
    '--permit-port-sharing', // a killed API server may hold the port for a moment
    `--kubelet-client-certificate=${inPki(context, 'admin.crt')}`,
    `--kubelet-client-key=${inPki(context, 'admin.key')}`,
    '--kubelet-preferred-address-types=InternalIP',
  ],
  'kube-controller-manager': (context) => [
    built(context, 'kube-controller-manager'),
    `--kubeconfig=${inConfig(context, 'kube-controller-manager.kubeconfig')}`,
    `--service-account-private-key-file=${inPki(context, 'service-accounts.key')}`,
    `--root-ca-file=${inPki(context, 'ca.crt')}`,
    '--use-service-account-credentials',
    '--leader-elect=false',
  ],
  'kube-scheduler': (context) => [
    built(context, 'kube-scheduler'),
    `--kubeconfig=${inConfig(context, 'kube-scheduler.kubeconfig')}`,
    '--leader-elect=false',
  ],
  containerd: (context) => ['containerd', '--config', inConfig(context, 'containerd.toml')],
  kubelet: (context) => [
    built(context, 'kubelet'),
    `--config=${inConfig(context, 'kubelet.json')}`,
    `--kubeconfig=${inConfig(context, 'kubelet.kubeconfig')}`,
    `--hostname-override=${nodeName}`,
    `--node-ip=${context.network.nodeAddress}`,
  ],
  'kube-proxy': (context) => [built(context, 'kube-proxy'), `--config=${inConfig(context, 'kube-proxy.json')}`],
  coredns: (context) => [built(context, 'coredns'), '-conf', inConfig(context, 'Corefile')],
  // Of its parts only the one for network policies: kube-proxy has the Services, and the node routes between its pods by itself.
  'kube-router': (context) => [
    kubeRouterProgram,
    `--kubeconfig=${inConfig(context, 'admin.kubeconfig')}`,
    `--hostname-override=${nodeName}`,
    `--service-cluster-ip-range=${inside.services}`,
    '--run-firewall=true',
    '--run-router=false',
    '--run-service-proxy=false',
    '--run-loadbalancer=false',
    '--health-port=0',
  ],
} satisfies Record<string, CommandLine>;

/** A process of a cluster. */
export type DaemonName = keyof typeof commandLines;

/** Starts a daemon in the cluster's namespaces. It outlives this process and ends with the namespaces. */
export async function startDaemon(name: DaemonName, context: DaemonContext): Promise<Daemon> {
  const logFile = join(context.layout.logs, `${name}.log`);
  await using log = await open(logFile, 'a');
  const [file, ...words] = enter(context.firstPid);
  const child = spawn(file, [...words, ...commandLines[name](context)], {
    detached: true,
    cwd: '/',
    env: { PATH: systemPath, HOME: context.layout.state }, // this process's environment must not affect the daemon
    stdio: ['ignore', log.fd, log.fd],
  });
  child.unref();
  const ended = new Promise<never>((_, reject) => {
    const end = async (how: string) => {
      const lines = (await readFile(logFile, 'utf8').catch(() => '')).trimEnd().split('\n').slice(-15);
      reject(new ToolError('temporary', `${name} has ended (${how}). The end of ${logFile}:\n  ${lines.join('\n  ')}`));
    };
    child.once('error', (error) => void end(error.message));
    child.once('exit', (code, signal) => void end(signal ?? `exit code ${code}`));
  });
  ended.catch(() => undefined); // the daemon may end when no caller waits for it any more
  return { name, ended };
}
