/** How fast a stage goes, from how many records had an outcome at several times. */

/** The number of records with an outcome at a time, on a monotonic clock. */
export interface Sample {
  readonly atMs: number;
  readonly records: number;
}

const windowMs = 30_000;
const shortestSpanMs = 500;

/** Records per second over about the last half minute; null while that is too short to tell. */
export function rateOf(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.atMs - first.atMs < shortestSpanMs) return null;
  return Math.max(0, ((last.records - first.records) * 1000) / (last.atMs - first.atMs));
}

/**
 * The samples that count once this latest one has been added. They start with the first progress, as the time that pods take to
 * start is not part of the rate.
 */
export function withSample(samples: readonly Sample[], sample: Sample): Sample[] {
  if (samples[0]?.records === sample.records && samples.at(-1)?.records === sample.records) return [sample];
  return [...samples, sample].filter(
    ({ atMs }, index, all) => sample.atMs - atMs < windowMs || index >= all.length - 2,
  );
}
