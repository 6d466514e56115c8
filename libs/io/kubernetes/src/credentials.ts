/**
 * The address of the API server and our identity there, as client-node reads them: from KUBECONFIG, from ~/.kube/config, or from
 * the token of a pod, which is read again when it changes. The requests themselves are our own (http.ts): those of client-node have
 * no time limit, and each kind of patch is called in another way.
 */
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { ConfigurationError } from '@proofmill/contract';

export interface Credentials {
  /** `https://HOST:PORT`, with or without a path. */
  readonly server: string;
  /** The namespace of the current context; null where it names none. */
  readonly namespace: string | null;
  /** Certificates, headers and agent of a request. */
  options(): Promise<RequestOptions>;
}

/** Imported on demand: it is large, and only processes on Kubernetes need it. */
const load = () => import('@kubernetes/client-node');

/** ConfigurationError where no cluster is configured. */
export async function readCredentials(): Promise<Credentials> {
  const { KubeConfig } = await load();
  const config = new KubeConfig();
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new ConfigurationError(`the kubeconfig cannot be read (${(error as Error).message})`, { cause: error });
  }
  const cluster = config.getCurrentCluster();
  if (!cluster || isDefault(config)) {
    throw new ConfigurationError(
      'no Kubernetes cluster is configured: set KUBECONFIG to a kubeconfig with a current context, or run in a pod that has a ServiceAccount token',
    );
  }
  return {
    server: cluster.server.replace(/\/+$/, ''),
    namespace: config.getContextObject(config.currentContext)?.namespace || null,
    async options() {
      const options: RequestOptions = {};
      await config.applyToHTTPSOptions(options as Parameters<KubeConfig['applyToHTTPSOptions']>[0]);
      return options;
    },
  };
}

/** The server that client-node invents where it finds no configuration. */
const isDefault = (config: KubeConfig): boolean => config.getCurrentCluster()?.server === 'http://localhost:8080';
