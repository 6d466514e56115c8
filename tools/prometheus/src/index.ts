/** Prometheus and promtool, which tests use: their programs, and running servers. */
export type { PrometheusPrograms } from './programs.ts';
export { buildPrometheus, prometheusSkipReason, runPromtool } from './programs.ts';
export type { Prometheus, Sample, ScrapeTarget } from './server.ts';
export { startPrometheus } from './server.ts';
