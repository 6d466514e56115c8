/** What is read from the API server and from the operator's process. */
import { readFile } from 'node:fs/promises';
import type { Cluster } from '@proofmill/one-node-cluster';

/** Sums of counters of the API server, by a name made of their labels. */
async function counters(
  cluster: Cluster,
  metric: string,
  name: (label: (name: string) => string) => string,
): Promise<Map<string, number>> {
  const sums = new Map<string, number>();
  const sample = new RegExp(`^${metric}\\{(.*)\\} (\\S+)$`);
  for (const line of (await cluster.kubectl(['get', '--raw', '/metrics'])).split('\n')) {
    const [, labels, value] = sample.exec(line) ?? [];
    if (labels === undefined) continue;
    const named = name((label) => new RegExp(`(?:^|,)${label}="([^"]*)"`).exec(labels)?.[1] ?? '');
    sums.set(named, (sums.get(named) ?? 0) + Number(value));
  }
  return sums;
}

/** Calls of everybody so far, by verb and resource. Watches count when they end. */
export const callsSoFar = (cluster: Cluster): Promise<Map<string, number>> =>
  counters(
    cluster,
    'apiserver_request_total',
    (label) => `${label('verb')} ${label('resource')}${label('subresource') && `/${label('subresource')}`}`,
  );

/** Calls of the operator so far, of all kinds. Watches count when they begin. */
export const operatorCallsSoFar = async (cluster: Cluster): Promise<number> => {
  const flows = await counters(cluster, 'apiserver_flowcontrol_dispatched_requests_total', (label) =>
    label('flow_schema'),
  );
  return flows.get('bench-operator') ?? 0;
};

export interface Usage {
  /** Processor time since its start. */
  readonly cpuSeconds: number;
  /** Resident memory now, and the most so far. */
  readonly megabytes: number;
  readonly peakMegabytes: number;
}

export async function usageOf(pid: number | undefined): Promise<Usage> {
  const stat = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const ticks = 100;
  const megabytes = (field: string): number =>
    Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
  return {
    cpuSeconds: (Number(stat[11]) + Number(stat[12])) / ticks,
    megabytes: megabytes('VmRSS'),
    peakMegabytes: megabytes('VmHWM'),
  };
}
