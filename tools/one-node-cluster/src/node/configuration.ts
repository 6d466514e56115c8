/** The configuration files of a node. JSON is YAML. */
import { mkdir, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '@proofmill/process';
import { networkPluginFolder } from '../build/debian.ts';
import type { ClusterLayout } from '../layout.ts';
import { images } from '../pins.ts';
import { clients, writeKubeconfig } from './certificates.ts';
import { cgroupRoot } from './cgroups.ts';
import { type ClusterNetwork, inside } from './network.ts';

/** The name of the node. */
export const nodeName = 'n1';

const overlayFileSystem = 0x794c7630;

/** Writes all configuration files. */
export async function configure(name: string, layout: ClusterLayout, network: ClusterNetwork): Promise<void> {
  const { config, pki } = layout;
  await mkdir(join(config, 'network'), { recursive: true });
  const write = (file: string, content: object | string) =>
    writeFile(join(config, file), typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
  for (const who of clients) await writeKubeconfig(join(config, `${who}.kubeconfig`), pki, who, network.nodeAddress);
  await writeKubeconfig(layout.kubeconfig, pki, 'admin', network.nodeAddress);
  const plugins = await networkPluginFolder();
  if (plugins === null) throw new ToolError('configuration', 'There are no network plugins. Build the cluster first.');
  await write('containerd.toml', containerd(layout, plugins, await snapshotter(layout.root)));
  await write('network/10-pods.conflist', podNetwork(layout));
  await write('kubelet.json', kubelet(name, layout));
  await write('kube-proxy.json', proxy(layout));
  await write('Corefile', dns(layout, network));
}

/** An overlay cannot lie on another overlay, and the file system of a container is one. */
async function snapshotter(folder: string): Promise<'overlayfs' | 'native'> {
  return (await statfs(folder)).type === overlayFileSystem ? 'native' : 'overlayfs';
}

const containerd = (
  { config, state, containerdSocket }: ClusterLayout,
  plugins: string,
  snapshots: string,
) => `version = 2
root = "${state}/containerd"
state = "/run/containerd"
[grpc]
  address = "${containerdSocket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${images.pause}"
  restrict_oom_score_adj = true
  enable_unprivileged_ports = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${plugins}"
    conf_dir = "${config}/network"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "${snapshots}"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
`;

/**
 * Every pod has its own wire, and the node routes between them. So when a pod asks another through a Service, the answer comes back
 * the same way. On a bridge it would come back directly, and the sender would not recognise it.
 */
const podNetwork = ({ state }: ClusterLayout) => ({
  cniVersion: '0.4.0',
  name: 'pods',
  plugins: [
    {
      type: 'ptp',
      ipam: {
        type: 'host-local',
        dataDir: join(state, 'addresses'),
        ranges: [[{ subnet: inside.nodePods }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
});

const kubelet = (name: string, { pki, state, containerdSocket }: ClusterLayout) => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: join(pki, 'ca.crt') },
  },
  authorization: { mode: 'Webhook' },
  cgroupDriver: 'cgroupfs',
  cgroupRoot: cgroupRoot(name),
  enforceNodeAllocatable: [],
  failSwapOn: false,
  containerRuntimeEndpoint: `unix://${containerdSocket}`,
  // The figures are those of the whole machine, which has other work: nothing is evicted and no image removed until it is full.
  evictionHard: { 'imagefs.available': '1%', 'nodefs.available': '1%', 'memory.available': '100Mi' },
  imageGCHighThresholdPercent: 100,
  makeIPTablesUtilChains: false,
  oomScoreAdj: 0,
  volumePluginDir: join(state, 'volume-plugins'),
  clusterDNS: [inside.dnsService],
  clusterDomain: 'cluster.local',
  resolvConf: '', // the machine's search domains mean nothing to pods
  nodeStatusUpdateFrequency: '2s', // so that advertised GPUs become allocatable soon
});

const proxy = ({ config }: ClusterLayout) => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  clientConnection: { kubeconfig: join(config, 'kube-proxy.kubeconfig') },
  mode: 'iptables',
  iptables: { minSyncPeriod: '100ms', syncPeriod: '30s' },
  clusterCIDR: inside.pods,
  hostnameOverride: nodeName,
  // In older kernels these settings apply to the whole machine.
  conntrack: { maxPerCore: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
});

/** Names outside the cluster do not exist: pods have no way out, and a quick refusal is better than a timeout. */
const dns = ({ config }: ClusterLayout, { nodeAddress }: ClusterNetwork) => `cluster.local:53 10.in-addr.arpa:53 {
  bind ${nodeAddress}
  errors
  kubernetes cluster.local 10.in-addr.arpa {
    kubeconfig ${config}/admin.kubeconfig
  }
}
.:53 {
  bind ${nodeAddress}
  errors
  template ANY ANY . {
    rcode NXDOMAIN
  }
}
`;
