/** Paths in our containers. */
export const podPaths = {
  job: '/etc/proofmill/job/job.yaml',
  settings: '/etc/proofmill/cluster/cluster.yaml',
  stage: '/etc/proofmill/stage/stage.json',
  /** Exists when workers of the stage have nothing left to take. */
  spare: '/etc/proofmill/stage/spare',
  files: '/etc/proofmill/files',
  nats: '/etc/proofmill/nats',
  authorities: '/etc/proofmill/authorities/ca.pem',
  engineFolder: '/run/engine',
  engineSocket: '/run/engine/engine.sock',
  home: '/home/engine',
  models: '/models',
};
