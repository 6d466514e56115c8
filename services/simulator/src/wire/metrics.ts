/** Counters in the words of vLLM's /metrics (Prometheus text). */
import type { Slots } from '../capacity/slots.ts';

/** One finished request. */
interface Finished {
  readonly promptTokens: number;
  readonly n: number;
  readonly completionTokens: number;
  readonly reasons: readonly ('stop' | 'length')[];
  readonly latencyMs: number;
  readonly queueMs: number;
}

export interface Metrics {
  finished(request: Finished): void;
  text(slots: Slots, cacheTokens: number, model: string): string;
}

const latencyBoundsS = [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680];

interface Histogram {
  readonly buckets: number[];
  sum: number;
  count: number;
}

const createHistogram = (): Histogram => ({ buckets: latencyBoundsS.map(() => 0), sum: 0, count: 0 });

function observe(histogram: Histogram, valueS: number): void {
  const at = latencyBoundsS.findIndex((bound) => valueS <= bound);
  if (at !== -1) histogram.buckets[at] = (histogram.buckets[at] ?? 0) + 1;
  histogram.sum += valueS;
  histogram.count += 1;
}

/** All counters at zero. */
export function createMetrics(): Metrics {
  let promptTokens = 0;
  let generationTokens = 0;
  const reasons = { stop: 0, length: 0 };
  const latency = createHistogram();
  const queue = createHistogram();

  return {
    finished(request) {
      // vLLM counts the prompt n times here, unlike in the usage of the answer.
      promptTokens += request.promptTokens * request.n;
      generationTokens += request.completionTokens;
      for (const reason of request.reasons) reasons[reason] += 1;
      observe(latency, request.latencyMs / 1000);
      observe(queue, request.queueMs / 1000);
    },
    text(slots, cacheTokens, model) {
      const lines = [
        family('num_requests_running', 'gauge', [['', '', slots.running]]),
        family('num_requests_waiting', 'gauge', [['', '', slots.waiting]]),
        family('num_requests_waiting_by_reason', 'gauge', [
          ['', 'reason="capacity"', slots.waiting],
          ['', 'reason="deferred"', 0],
        ]),
        family('kv_cache_usage_perc', 'gauge', [['', '', Math.min(1, slots.runningTokens / cacheTokens)]]),
        family('num_preemptions_total', 'counter', [['', '', 0]]),
        family('prefix_cache_queries_total', 'counter', [['', '', promptTokens]]),
        family('prefix_cache_hits_total', 'counter', [['', '', 0]]),
        family('prompt_tokens_total', 'counter', [['', '', promptTokens]]),
        family('generation_tokens_total', 'counter', [['', '', generationTokens]]),
        family('request_success_total', 'counter', [
          ['', 'finished_reason="stop"', reasons.stop],
          ['', 'finished_reason="length"', reasons.length],
          ['', 'finished_reason="abort"', 0],
          ['', 'finished_reason="error"', 0],
        ]),
        family('e2e_request_latency_seconds', 'histogram', samplesOf(latency)),
        family('request_queue_time_seconds', 'histogram', samplesOf(queue)),
      ].flatMap((linesFor) => linesFor(`engine="0",model_name="${model}"`));
      return `${lines.join('\n')}\n`;
    },
  };
}

type Sample = readonly [suffix: string, labels: string, value: number];

/** The lines of one metric, for the labels that all of its samples share. */
const family =
  (name: string, type: string, samples: readonly Sample[]) =>
  (sharedLabels: string): string[] => [
    `# HELP vllm:${name} As in vLLM.`,
    `# TYPE vllm:${name} ${type}`,
    ...samples.map(
      ([suffix, labels, value]) =>
        `vllm:${name}${suffix}{${sharedLabels}${labels === '' ? '' : `,${labels}`}} ${value}`,
    ),
  ];

function samplesOf({ buckets, sum, count }: Histogram): Sample[] {
  let cumulative = 0;
  const bucketSamples = buckets.map((bucket, index): Sample => {
    cumulative += bucket;
    return ['_bucket', `le="${latencyBoundsS[index]}"`, cumulative];
  });
  return [...bucketSamples, ['_bucket', 'le="+Inf"', count], ['_sum', '', sum], ['_count', '', count]];
}
