/** What one role counts, in the registry that a scrape reads. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type MeteredRole, type MetricMeaning, type MetricName, meaningOf, metrics, type NameOf } from './table.ts';

type Labels = Readonly<Record<string, string>>;

export class RoleMetrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, Gauge>();
  readonly #histograms = new Map<string, Histogram>();
  readonly #beforeScrape: (() => void)[] = [];

  constructor(role: MeteredRole) {
    for (const name of Object.keys(metrics) as MetricName[]) {
      const meaning = meaningOf(name);
      if (meaning.roles.includes(role)) this.#create(name, meaning);
    }
    // Memory, processor, event loop and garbage collection of the process: process_* and nodejs_*.
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Adds to a counter. */
  add(name: NameOf<'counter'>, labels: Labels = {}, by = 1): void {
    counted(this.#counters, name).inc(labels, by);
  }

  set(name: NameOf<'gauge'>, value: number, labels: Labels = {}): void {
    counted(this.#gauges, name).set(labels, value);
  }

  /** Adds to a gauge. */
  addTo(name: NameOf<'gauge'>, by: number, labels: Labels = {}): void {
    counted(this.#gauges, name).inc(labels, by);
  }

  observe(name: NameOf<'histogram'>, value: number, labels: Labels = {}): void {
    counted(this.#histograms, name).observe(labels, value);
  }

  /** Calls `update` ahead of each scrape, for what is known at any time and changes often. */
  beforeScrape(update: () => void): void {
    this.#beforeScrape.push(update);
  }

  /** All metrics in the text format of Prometheus. */
  async text(): Promise<string> {
    for (const update of this.#beforeScrape) update();
    return this.#registry.metrics();
  }

  #create(name: string, { type, help, labels = {}, buckets = [] }: MetricMeaning): void {
    const options = { name, help: `${help}.`, labelNames: Object.keys(labels), registers: [this.#registry] };
    if (type === 'histogram') {
      this.#histograms.set(name, new Histogram({ ...options, buckets: [...buckets] }));
    } else if (type === 'gauge') {
      this.#gauges.set(name, new Gauge(options));
    } else {
      const counter = new Counter(options);
      this.#counters.set(name, counter);
      // A series that begins with its first event hides that event from rate().
      for (const each of combinations(labels)) counter.inc(each, 0);
    }
  }
}

function counted<Metric>(known: ReadonlyMap<string, Metric>, name: string): Metric {
  const metric = known.get(name);
  if (metric === undefined) throw new RangeError(`${name} is a metric of another role`);
  return metric;
}

/** All combinations of the values of closed labels; none where one is open. */
function combinations(labels: Readonly<Record<string, readonly string[]>>): Labels[] {
  let all: Labels[] = [{}];
  for (const [label, values] of Object.entries(labels)) {
    all = all.flatMap((before) => values.map((value) => ({ ...before, [label]: value })));
  }
  return all;
}
