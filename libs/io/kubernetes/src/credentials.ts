/**
 * Where the API server is and who we are, as client-node reads it: KUBECONFIG, ~/.kube/config, or the token of a pod, which is
 * read again as it changes. The requests are made here (http.ts): client-node's own have no bound in time, and each kind of
 * patch another way to be asked for.
 */
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { ConfigurationError } from '@proofmill/contract';

export interface Credentials {
  /** `https://HOST:PORT`, perhaps with a path. */
  readonly server: string;
  /** The namespace that the configuration names. */
  readonly namespace: string | null;
  /** What a request needs: certificates, headers, agent. */
  options(): Promise<RequestOptions>;
}

/** Imported when it is asked for: it is large, and only what runs on a cluster needs it. */
const load = () => import('@kubernetes/client-node');

/** ConfigurationError where there is no cluster to speak to. */
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
      'there is no cluster to speak to: set KUBECONFIG to a kubeconfig with a current context, or run in a pod that has a ServiceAccount token',
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

/** What client-node makes up where it finds no configuration. */
const isDefault = (config: KubeConfig): boolean => config.getCurrentCluster()?.server === 'http://localhost:8080';
