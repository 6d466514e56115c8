/** Counters in the words of vLLM's /metrics (Prometheus text). */
import type { Capacity } from '../capacity/slots.ts';

/** One finished request. */
interface Finished {
  readonly promptTokens: number;
  readonly n: number;
  readonly completionTokens: number;
  readonly reasons: readonly ('stop' | 'length')[];
  readonly latencyMs: number;
  readonly queueMs: number;
}

/** Collects what /metrics shows. */
export interface Metrics {
  finished(request: Finished): void;
  text(capacity: Capacity, cacheTokens: number, model: string): string;
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
      // The counter takes the prompt n times, unlike the usage of the answer.
      promptTokens += request.promptTokens * request.n;
      generationTokens += request.completionTokens;
      for (const reason of request.reasons) reasons[reason] += 1;
      observe(latency, request.latencyMs / 1000);
      observe(queue, request.queueMs / 1000);
    },
    text(capacity, cacheTokens, model) {
      const base = `engine="0",model_name="${model}"`;
      const lines: string[] = [];
      const family = (
        name: string,
        type: string,
        samples: readonly [suffix: string, labels: string, value: number][],
      ) => {
        lines.push(`# HELP vllm:${name} As in vLLM.`, `# TYPE vllm:${name} ${type}`);
        for (const [suffix, labels, value] of samples) {
          lines.push(`vllm:${name}${suffix}{${base}${labels === '' ? '' : `,${labels}`}} ${value}`);
        }
      };
      const histogram = (name: string, { buckets, sum, count }: Histogram) => {
        let below = 0;
        const samples = buckets.map((bucket, index): [string, string, number] => {
          below += bucket;
          return ['_bucket', `le="${latencyBoundsS[index]}"`, below];
        });
        family(name, 'histogram', [
          ...samples,
          ['_bucket', 'le="+Inf"', count],
          ['_sum', '', sum],
          ['_count', '', count],
        ]);
      };
      family('num_requests_running', 'gauge', [['', '', capacity.running]]);
      family('num_requests_waiting', 'gauge', [['', '', capacity.waiting]]);
      family('num_requests_waiting_by_reason', 'gauge', [
        ['', 'reason="capacity"', capacity.waiting],
        ['', 'reason="deferred"', 0],
      ]);
      family('kv_cache_usage_perc', 'gauge', [['', '', Math.min(1, capacity.runningTokens / cacheTokens)]]);
      family('num_preemptions_total', 'counter', [['', '', 0]]);
      family('prefix_cache_queries_total', 'counter', [['', '', promptTokens]]);
      family('prefix_cache_hits_total', 'counter', [['', '', 0]]);
      family('prompt_tokens_total', 'counter', [['', '', promptTokens]]);
      family('generation_tokens_total', 'counter', [['', '', generationTokens]]);
      family('request_success_total', 'counter', [
        ['', 'finished_reason="stop"', reasons.stop],
        ['', 'finished_reason="length"', reasons.length],
        ['', 'finished_reason="abort"', 0],
        ['', 'finished_reason="error"', 0],
      ]);
      histogram('e2e_request_latency_seconds', latency);
      histogram('request_queue_time_seconds', queue);
      return `${lines.join('\n')}\n`;
    },
  };
}
