/** The user of pods, and of folders that they write. */
export const podUser = 65532;

/** A folder of this machine, as a claim of the namespace and the volume CLAIM-NAMESPACE. */
export function folderClaim(namespace: string, claim: string, path: string, mode: string): object[] {
  const common = { accessModes: [mode], storageClassName: '' };
  const name = `${claim}-${namespace}`;
  const storage = '1Gi';
  return [
    {
      ...{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name } },
      spec: {
        ...{ ...common, capacity: { storage }, persistentVolumeReclaimPolicy: 'Retain' },
        claimRef: { namespace, name: claim },
        hostPath: { path, type: 'Directory' },
      },
    },
    {
      ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: claim, namespace } },
      spec: { ...common, volumeName: name, resources: { requests: { storage } } },
    },
  ];
}
