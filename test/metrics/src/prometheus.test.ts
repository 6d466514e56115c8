/** A real Prometheus scrapes a real run, answers every query of the boards, and evaluates every alert. */
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsSkipReason } from '@proofmill/nats-server';
import { until } from '@proofmill/process';
import { prometheusSkipReason, runPromtool, startPrometheus } from '@proofmill/prometheus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { files, alertQueries, alerts, boardQueries, ruleFiles, variableQueries } from './queries.ts';
import { healthy, troubles, withTrouble } from './scenes.ts';
import { type ScrapedRun, startScrapedRun } from './scraped-run.ts';

const skipReason = (await prometheusSkipReason()) || (await natsSkipReason());
const timeout = 240_000;

describe.skipIf(skipReason)(`with a real Prometheus${skipReason && `: skipped. ${skipReason}`}`, () => {
  test.each(Object.keys(ruleFiles))('promtool has nothing to say of the alerts about %s', { timeout }, async (name) => {
    const said = await runPromtool(['check', 'rules', '--lint-fatal', `${files}/alerts/${name}.yaml`]);
    expect(said).toContain('SUCCESS');
  });

  test('each alert, and no other, is raised by its trouble; none by a healthy installation', { timeout }, async () => {
    expect(Object.keys(troubles).sort()).toEqual(alerts.map(({ alert }) => alert).sort());
    await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-rules-'));
    const scenes = [
      ['nothing', healthy] as const,
      ...Object.entries(troubles).map(([of, trouble]) => [of, withTrouble(trouble)] as const),
    ];
    const tests = scenes.map(([trouble, series]) => ({
      name: trouble,
      interval: '1m',
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: alerts.map(({ alert, expr }) => ({
        expr: `count(${expr})`,
        eval_time: '50m',
        exp_samples: alert === trouble ? [{ labels: '{}', value: 1 }] : [],
      })),
    }));
    const file = join(folder.path, 'tests.yaml');
    await writeFile(file, JSON.stringify({ rule_files: [], evaluation_interval: '1m', tests }));
    expect(await runPromtool(['test', 'rules', file])).toContain('SUCCESS');
  });

  describe('and a run that it scrapes', () => {
    let run: ScrapedRun;
    beforeAll(async () => {
      run = await startScrapedRun();
    }, timeout);
    afterAll(() => run?.[Symbol.asyncDispose]());

    test('promtool has nothing to say of what the roles export', { timeout }, async () => {
      for (const { address, labels } of run.targets) {
        const text = await (await fetch(`http://${address}/metrics`)).text();
        // What a library exports of every process of Node has names that it keeps for the sake of others.
        const ours = text.split('\n').filter((line) => /^(# \w+ )?proofmill_/.test(line));
        expect(ours.length, labels.role).toBeGreaterThan(10);
        expect(await runPromtool(['check', 'metrics'], `${ours.join('\n')}\n`), labels.role).toBe('');
      }
    });

    test('every query of the boards has data while the run is under way, every alert can be evaluated, and none is firing', {
      timeout,
    }, async () => {
      await using prometheus = await startPrometheus({ rules: ruleFiles });
      await prometheus.scrape(run.targets);
      const open = new Map([...boardQueries, ...variableQueries].map((query) => [query.expression, query.where]));
      const firing = new Set<string>();
      let hasEnded = false;
      void run.ended.then(() => {
        hasEnded = true;
      });
      await until(
        'every query has had data, or the run has ended',
        async () => {
          for (const expression of [...open.keys()]) {
            const samples = await prometheus.query(expression);
            if (samples.length > 0 && samples.every(({ value }) => !Number.isNaN(value))) open.delete(expression);
          }
          for (const alert of await prometheus.alerts()) firing.add(alert);
          return open.size === 0 || hasEnded;
        },
        { withinMs: 180_000, everyMs: 500 },
      );
      expect([...open.values()]).toEqual([]);
      for (const { expression } of alertQueries) await prometheus.query(expression);
      expect([...firing].filter((alert) => alert.endsWith('firing'))).toEqual([]);
      // What the coordinator and the collector count of the same records agrees.
      expect((await run.ended).code).toBe(0);
      const [finished] = await prometheus.query('max_over_time(proofmill_stage_finished_records[10m])');
      const [accepted] = await prometheus.query(
        'sum(max_over_time(proofmill_collector_outcomes_total{fate="accepted"}[10m]))',
      );
      expect(finished?.value).toBeGreaterThan(run.records / 2);
      expect(finished?.value).toBeLessThanOrEqual(run.records);
      expect(accepted?.value).toBeLessThanOrEqual(run.records);
    });
  });
});
