/** What helps against a limit of the job that ended it. */
export interface BrokenLimit {
  readonly reason: string;
  /** Every record has an outcome: running the job again would ask nothing. */
  readonly isAllAsked: boolean;
}

/** `run` and `retry` are the commands that a person would type. */
export function limitSentence({ reason, isAllAsked }: BrokenLimit, commands: { run: string; retry: string }): string {
  if (!isAllAsked) {
    return `a limit of the job is reached: ${reason}. Change limits, then resume: ${commands.run}. Records that have failed can be asked about again: ${commands.retry}`;
  }
  return [
    `a limit of the job is broken: ${reason}. Every record was asked about, and the output is not complete.`,
    `To ask again about the records that failed: ${commands.retry}`,
    `To accept the output as it is: change limits, then ${commands.run}`,
  ].join('\n');
}
