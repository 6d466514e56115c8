/** The restricted Pod Security Standard for the fields that we use, and our own rules beyond it. */
import type { Manifest } from './render.ts';

type Fields = Manifest[string];

const volumeKinds = [
  'configMap',
  'downwardAPI',
  'emptyDir',
  'persistentVolumeClaim',
  'projected',
  'secret',
  'ephemeral',
  'csi',
];

/** The pod templates in an object, each with its place. */
export function podSpecsOf({ kind, metadata, spec }: Manifest): { place: string; spec: Fields }[] {
  const place = `${kind} ${metadata.name}`;
  if (kind === 'Pod') return [{ place, spec }];
  if (kind === 'CronJob') return [{ place, spec: spec.jobTemplate.spec.template.spec }];
  return spec?.template?.spec?.containers ? [{ place, spec: spec.template.spec }] : [];
}

/** One sentence for each thing that is wrong with a pod. `fixedUser`: whether it must name its user. */
export function faultsOf(spec: Fields, fixedUser = true): string[] {
  const faults: string[] = [];
  const need = (is: boolean, sentence: string): void => void (is || faults.push(sentence));
  const pod = spec.securityContext ?? {};
  need(!spec.hostNetwork && !spec.hostPID && !spec.hostIPC, 'it shares namespaces with its host');
  need(pod.runAsNonRoot === true, 'it may run as root');
  need(
    fixedUser ? pod.runAsUser > 0 : !('runAsUser' in pod),
    fixedUser ? 'it has no user' : 'it has a user of its own',
  );
  need(pod.seccompProfile?.type === 'RuntimeDefault', 'it has no seccomp profile');
  need(spec.enableServiceLinks === false, 'it gets the addresses of all Services as environment');
  need(spec.automountServiceAccountToken !== undefined, 'it does not say whether it gets a token');
  for (const volume of spec.volumes ?? []) {
    const kinds = Object.keys(volume).filter((key) => key !== 'name');
    need(
      kinds.every((kind) => volumeKinds.includes(kind)),
      `its volume ${volume.name} is ${kinds}`,
    );
  }
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    const { name, securityContext: security = {}, ports = [] } = container;
    need(security.allowPrivilegeEscalation === false, `${name} may gain privileges`);
    need(security.readOnlyRootFilesystem === true, `${name} may write its root`);
    need(security.capabilities?.drop?.includes('ALL'), `${name} keeps capabilities`);
    need(!security.capabilities?.add && !security.privileged, `${name} asks for more`);
    need(
      ports.every((port: Fields) => !port.hostPort),
      `${name} takes a port of its host`,
    );
    for (const amounts of ['requests', 'limits']) {
      for (const resource of ['cpu', 'memory']) {
        // A ResourceQuota on this amount refuses a pod without it.
        need(container.resources?.[amounts]?.[resource], `${name} has no ${resource} in its ${amounts}`);
      }
    }
    need(!/:latest$|^[^:@]+$/.test(container.image), `${name} runs whatever ${container.image} is today`);
  }
  return faults;
}
