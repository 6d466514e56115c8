import { expect, test } from 'vitest';
import { type MetricMeaning, metrics, openLabels } from './table.ts';

const all = Object.entries(metrics) as [string, MetricMeaning][];

test('names say what Prometheus asks for: our prefix, _total for what only grows, the unit of what is measured', () => {
  for (const [name, { type, help }] of all) {
    expect(name).toMatch(/^proofmill_[a-z]+(_[a-z]+)+$/);
    expect(name.endsWith('_total'), name).toBe(type === 'counter');
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
    expect(help, name).toMatch(/^[A-Z].*[^.]$/);
  }
});

test('no label is unbounded: each has a list of values, or says what bounds it', () => {
  for (const [name, { labels = {} }] of all) {
    for (const [label, values] of Object.entries(labels)) {
      expect(values.length > 0 || label in openLabels, `${label} of ${name}`).toBe(true);
      expect(values.length, `${label} of ${name}`).toBeLessThan(60);
    }
    expect(Object.keys(labels), name).not.toContain('le');
  }
});

test('every metric belongs to a role, and every histogram has its bounds in order', () => {
  for (const [name, { type, roles, buckets = [] }] of all) {
    expect(roles.length, name).toBeGreaterThan(0);
    expect(buckets.length > 0, name).toBe(type === 'histogram');
    expect(buckets, name).toEqual([...buckets].sort((a, b) => a - b));
  }
});
