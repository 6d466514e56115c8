/** What a query in PromQL names, read without Prometheus: enough for the queries that we write. */

export interface Words {
  readonly metrics: readonly string[];
  /** Labels that it selects, groups or joins by. */
  readonly labels: readonly string[];
}

const keywords = new Set([
  'and',
  'or',
  'unless',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'bool',
]);

export function wordsOf(expression: string): Words {
  const labels = new Set<string>();
  const rest = expression
    .replaceAll(/"[^"]*"/g, '""')
    .replaceAll(/\{([^}]*)\}/g, (_, matchers: string) => {
      for (const [, label = ''] of matchers.matchAll(/([a-zA-Z_]+)\s*(?:=~|!~|!=|=)/g)) labels.add(label);
      return '';
    })
    .replaceAll(/\b(by|without|on|ignoring)\s*\(([^)]*)\)/g, (_, _how, names: string) => {
      for (const name of names.split(',')) labels.add(name.trim());
      return ' ';
    })
    .replaceAll(/\[[^\]]*\]/g, '');
  const metrics = [...rest.matchAll(/[a-zA-Z_:][a-zA-Z0-9_:]*/g)]
    .filter(({ 0: word, index }) => !keywords.has(word) && !/^\s*\(/.test(rest.slice(index + word.length)))
    .map(([word]) => word);
  return { metrics: [...new Set(metrics)], labels: [...labels] };
}
