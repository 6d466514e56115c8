/** The definition of ScoringJobs and its roles, as the chart renders them and as k8s/crd has them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { chart, helm, kustomize, type Manifest, noHelm, only, root, template } from './render.ts';

type Name = readonly [kind: string, name: string];
const definition: Name = ['CustomResourceDefinition', 'scoringjobs.proofmill.dev'];
const view: Name = ['ClusterRole', 'proofmill-view'];
const edit: Name = ['ClusterRole', 'proofmill-edit'];
const together: readonly Name[] = [definition, view, edit];

describe.skipIf(noHelm)(`the definition of ScoringJobs${noHelm}`, () => {
  test('is the one of k8s/crd, in which helm replaces nothing', async () => {
    const own = only(await template(), ...definition);
    const generated: Manifest = parse(await readFile(join(root, 'k8s/crd/scoringjobs.yaml'), 'utf8'));
    expect(own.spec).toEqual(generated.spec);
    expect(own.apiVersion).toBe(generated.apiVersion);
  });

  test('is all that its template renders, with its roles, for those who apply it with kubectl', async () => {
    const text = await helm('template', 'proofmill', chart, '--show-only', 'templates/crds.yaml');
    expect(text.match(/^kind: .*$/gm)).toEqual(together.map(([kind]) => `kind: ${kind}`));
    expect((await kustomize('k8s/crd')).map(({ kind }) => kind).sort()).toEqual(together.map(([kind]) => kind).sort());
  });

  test('fits into the annotation by which kubectl apply and Argo CD remember it without server-side apply', async () => {
    // https://github.com/kubernetes/kubernetes/blob/v1.34.4/staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go
    const mostBytes = 256 * 1024;
    expect(Buffer.byteLength(JSON.stringify(only(await template(), ...definition)))).toBeLessThan(mostBytes);
  });

  test('stays with its roles when the release goes, unless crds.keep is false', async () => {
    const [kept, passing] = [await template(), await template('--set', 'crds.keep=false')];
    for (const object of together) {
      expect(only(kept, ...object).metadata.annotations).toEqual({
        'helm.sh/resource-policy': 'keep',
        'argocd.argoproj.io/sync-options': 'Prune=false',
      });
      expect(only(passing, ...object).metadata.annotations).toBeUndefined();
    }
  });

  test('is left out with its roles by crds.enabled, and the roles alone by crds.aggregateRoles', async () => {
    const kinds = async (flag: string) => (await template('--set', flag)).map(({ kind }) => kind);
    const without = await kinds('crds.enabled=false');
    expect(without.filter((kind) => together.some(([own]) => own === kind))).toEqual([]);
    const alone = await kinds('crds.aggregateRoles=false');
    expect(alone.filter((kind) => together.some(([own]) => own === kind))).toEqual(['CustomResourceDefinition']);
  });

  test('view reads ScoringJobs, edit and admin change them too, and nobody writes their status', async () => {
    const manifests = await template();
    const grants = (verbs: RegExp): string[] =>
      ['view', 'edit', 'admin'].filter((role) =>
        [view, edit]
          .map((object) => only(manifests, ...object))
          .filter(({ metadata }) => metadata.labels?.[`rbac.authorization.k8s.io/aggregate-to-${role}`] === 'true')
          .flatMap(({ rules }) => rules as { resources: string[]; verbs: string[] }[])
          .some(
            ({ resources, verbs: given }) => resources.includes('scoringjobs') && given.some((one) => verbs.test(one)),
          ),
      );
    expect(grants(/^(get|list|watch)$/)).toEqual(['view', 'edit', 'admin']);
    expect(grants(/^(create|update|patch|delete)$/)).toEqual(['edit', 'admin']);
    const rules = [view, edit].flatMap((object) => only(manifests, ...object).rules);
    expect(new Set(rules.flatMap(({ apiGroups }) => apiGroups))).toEqual(new Set(['proofmill.dev']));
    const onStatus = rules.filter(({ resources }) => resources.includes('scoringjobs/status'));
    expect(onStatus.flatMap(({ verbs }) => verbs)).toEqual(['get']);
    expect(JSON.stringify(rules)).not.toContain('*');
  });
});
