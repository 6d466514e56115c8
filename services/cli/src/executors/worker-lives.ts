import { addTakenOver, noActivity, type WorkActivity, workActivitySchema } from '@proofmill/contract';

export interface WorkerLives {
  /** Takes a line of the worker's stdout. */
  onLine(line: string): void;
  /** What the worker has counted in all its lives. */
  read(): WorkActivity;
  /** Gives what reads the same, less the items finished so far: a coordinator that was started again finds those in the journals. */
  fromNowOn(): () => WorkActivity;
}

/** Adds up what a worker process counts, which begins at 0 in each of its lives. */
export function activityOfLives(): WorkerLives {
  let ended = noActivity;
  let current = noActivity;
  const read = (): WorkActivity => sum(ended, current);
  return {
    onLine(line) {
      const next = workActivitySchema.parse(JSON.parse(line));
      if (next.answers < current.answers || next.finished < current.finished) ended = sum(ended, current);
      current = next;
    },
    read,
    fromNowOn() {
      const { finished } = read();
      return () => {
        const now = read();
        return { ...now, finished: now.finished - finished };
      };
    },
  };
}

const sum = (before: WorkActivity, now: WorkActivity): WorkActivity => ({
  ...now,
  answers: before.answers + now.answers,
  finished: before.finished + now.finished,
  failed: before.failed + now.failed,
  takenOver: addTakenOver(before.takenOver, now.takenOver),
});
