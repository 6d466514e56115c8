/**
 * Collects several partitions at once, each by `collect`, which is to stop when its signal fires. The first failure stops the rest,
 * and is thrown when all have ended.
 */
export async function collectTogether<End>(
  partitions: readonly number[],
  collect: (partition: number, failed: AbortSignal) => Promise<End>,
): Promise<End[]> {
  const failed = new AbortController();
  const ends = await Promise.allSettled(
    partitions.map(async (partition) => {
      try {
        return await collect(partition, failed.signal);
      } catch (error) {
        failed.abort(error);
        throw error;
      }
    }),
  );
  if (failed.signal.aborted) throw failed.signal.reason;
  return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
}
