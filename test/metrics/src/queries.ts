/** The queries that the chart ships: those of its boards and of its alerts. */
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';

export const files = join(import.meta.dirname, '../../../charts/proofmill/files');

/** Stands for any installation and any job, where boards have variables and rules a placeholder. */
export const place = { namespace: 'team-a', scoring_job: 'stackexchange' } as const;

interface Target {
  readonly expr: string;
  readonly legendFormat: string;
}

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly description?: string;
  readonly targets?: readonly Target[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

export interface Board {
  readonly file: string;
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

export interface Query {
  /** The board and panel, or the alert. */
  readonly where: string;
  readonly expression: string;
}

const named = (pattern: string): string[] => globSync(join(files, pattern)).sort();

export const boards: readonly Board[] = named('dashboards/*.json').map((path) => ({
  file: basename(path),
  ...(JSON.parse(readFileSync(path, 'utf8')) as Omit<Board, 'file'>),
}));

/** The rule files, by name, as the chart renders them for our place. */
export const ruleFiles: Readonly<Record<string, string>> = Object.fromEntries(
  named('alerts/*.yaml').map((path) => [
    basename(path, '.yaml'),
    readFileSync(path, 'utf8').replaceAll('RELEASE_NAMESPACE', place.namespace),
  ]),
);

export const alerts: readonly Alert[] = Object.values(ruleFiles).flatMap((text) =>
  (parse(text) as { groups: { rules: Alert[] }[] }).groups.flatMap(({ rules }) => rules),
);

const inPlace = (expression: string): string =>
  expression.replaceAll('$namespace', place.namespace).replaceAll('$scoring_job', place.scoring_job);

export const boardQueries: readonly Query[] = boards.flatMap(({ title: board, panels }) =>
  panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ where: `${board}, ${title}`, expression: inPlace(expr) })),
  ),
);

/** What the variables of a board ask for: the metric of `label_values(metric, label)`. */
export const variableQueries: readonly Query[] = boards.flatMap(({ title, templating }) =>
  templating.list.flatMap(({ name, definition }) => {
    const [, selector] = /^label_values\((.*), [a-z_]+\)$/.exec(definition ?? '') ?? [];
    return selector === undefined ? [] : [{ where: `${title}, variable ${name}`, expression: inPlace(selector) }];
  }),
);

export const alertQueries: readonly Query[] = alerts.map(({ alert, expr }) => ({ where: alert, expression: expr }));
