/** What the boards and the alerts name exists, and each alert says what to do. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MetricMeaning, metrics } from '@proofmill/metrics';
import { describe, expect, test } from 'vitest';
import { alertQueries, alerts, boardQueries, boards, type Query, variableQueries } from './queries.ts';
import { wordsOf } from './words.ts';

/** Labels of a target, by the PodMonitors of the chart and by Prometheus itself. */
const targetLabels = ['namespace', 'pod', 'container', 'job', 'instance', 'endpoint', 'role', 'scoring_job'];
/** Metrics that every process of Node and every target has. */
const common = ['up', 'process_resident_memory_bytes', 'process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds'];

const meanings: Readonly<Record<string, MetricMeaning>> = metrics;
const meaningOf = (name: string): MetricMeaning | undefined =>
  meanings[name] ?? meanings[name.replace(/_(bucket|sum|count)$/, '')];

const queries = [...boardQueries, ...variableQueries, ...alertQueries];
const cases = queries.map(({ where, expression }): [string, Query] => [where, { where, expression }]);

test('there are boards of a run and of the fleet, and alerts', () => {
  expect(boards.map(({ file }) => file)).toEqual(['fleet.json', 'run.json']);
  expect(boardQueries.length).toBeGreaterThan(40);
  expect(alerts.length).toBeGreaterThan(10);
});

test.each(cases)('%s: it names metrics that are exported, as what they are', (_, { expression }) => {
  const { metrics: named } = wordsOf(expression);
  expect(named.length).toBeGreaterThan(0);
  for (const name of named) {
    const meaning = meaningOf(name);
    expect(meaning !== undefined || common.includes(name), `${name} is exported`).toBe(true);
    expect(meaning?.type === 'histogram', `${name} is a part of a histogram`).toBe(/_(bucket|sum|count)$/.test(name));
    if (meaning?.type === 'counter') {
      expect(expression, `${name} only grows`).toMatch(new RegExp(`(rate|increase)\\(${name}\\{[^}]*\\}\\[`));
    }
  }
});

test.each(cases)('%s: it selects and groups by labels that these metrics have', (_, { expression }) => {
  const { metrics: named, labels } = wordsOf(expression);
  const own = named.flatMap((name) => Object.keys(meaningOf(name)?.labels ?? {}));
  const known = new Set([...targetLabels, ...own, 'le']);
  expect(labels.filter((label) => !known.has(label))).toEqual([]);
});

test('every query of a panel and of an alert is about one installation', () => {
  for (const { where, expression } of [...boardQueries, ...alertQueries]) {
    expect(wordsOf(expression).labels, where).toContain('namespace');
  }
});

test('values that queries select are values that labels have', () => {
  for (const { where, expression } of queries) {
    for (const [, name = '', matchers = ''] of expression.matchAll(/([a-z_]+)\{([^}]*)\}/g)) {
      for (const [, label = '', text = ''] of matchers.matchAll(/([a-z_]+)(?:=~|!=|=)"([^"]*)"/g)) {
        const values = meaningOf(name)?.labels?.[label];
        if (values && values.length > 0) expect(values, where).toEqual(expect.arrayContaining(text.split('|')));
      }
    }
  }
});

test('no label of a metric is a label of its target, which would rename it', () => {
  for (const [name, { labels = {} }] of Object.entries(meanings)) {
    expect(
      Object.keys(labels).filter((label) => targetLabels.includes(label)),
      name,
    ).toEqual([]);
  }
});

test.each(boards.map((board) => [board.title, board] as const))(
  '%s: panels lie side by side and say what they show',
  (_, { panels }) => {
    for (const { title, type, description, targets = [], gridPos } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      if (type === 'row') continue;
      expect(description ?? '', title).toMatch(/^[A-Za-z0-9].*\.$/);
      for (const { legendFormat, expr } of targets) {
        const { labels } = wordsOf(expr);
        const shown = [...legendFormat.matchAll(/\{\{([a-z_]+)\}\}/g)].map(([, label]) => label);
        expect(labels, `${title}: ${legendFormat}`).toEqual(expect.arrayContaining(shown));
      }
    }
  },
);

describe('alerts', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/operations.md'), 'utf8');

  test.each(alerts.map((alert) => [alert.alert, alert] as const))(
    '%s has a sentence, a severity and a section of docs/operations.md',
    (name, alert) => {
      expect(alert.annotations.summary).toMatch(/^[A-Z{].*\.$/);
      expect(alert.annotations.description).toMatch(/\.$/);
      expect(['critical', 'warning']).toContain(alert.labels.severity);
      const [, section = ''] = page.split(`\n### ${name}\n`);
      expect(section.split('\n### ')[0]).toMatch(/What to do/);
    },
  );

  test('docs/operations.md describes no other', () => {
    const sections = [...page.matchAll(/^### (Proofmill\w+)$/gm)].map(([, name]) => name);
    expect(sections.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
  });
});
