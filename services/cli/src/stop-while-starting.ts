const exitCodes = { SIGTERM: 143, SIGINT: 130 } as const;

/**
 * Ends this process at once when it is asked to stop before anybody else listens. The first process of a container would not hear
 * of it otherwise: the kernel drops a signal for process 1 that has no handler, and Kubernetes asks only once, so a pod that is deleted
 * while it starts would stay for its whole grace time.
 */
export function stopWhileStarting(): void {
  for (const signal of Object.keys(exitCodes) as (keyof typeof exitCodes)[]) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(exitCodes[signal]);
    });
  }
}
