/** With no operator and no custom resource: the Job of k8s/examples, as a user edits it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { clusterJob, describeInstalled, type Installation, type JobObject, ownImages, until } from './kit/index.ts';

const slowMs = 300_000;
const examples = join(import.meta.dirname, '../../../k8s/examples');

describeInstalled(
  'a plain Job',
  {
    prefix: 'plain',
    flags: ['--set', 'operator.enabled=false'],
    definition: 'none',
  },
  (there) => {
    test('does the same, reports its progress in its annotation, and leaves nothing when it is deleted', {
      timeout: slowMs,
    }, async ({ onTestFailed }) => {
      onTestFailed(() => there.installation.report());
      const { namespace } = there.installation;
      await expect(namespace.kubectl(['get', 'scoringjobs'])).rejects.toThrow(/doesn't have a resource type/);
      const job = await clusterJob(there.installation, { name: 'stackexchange-plain', prove: true });
      const { proofmill } = await ownImages(there.installation.cluster);
      await namespace.kubectl(['apply', '-f', '-'], await edited(job.object, proofmill, there.installation));
      const driver = `${job.name}-driver`;
      await namespace.kubectl(['wait', `job/${driver}`, '--for=condition=Complete', '--timeout=240s']);
      await job.expectRows();
      const path = 'jsonpath={.metadata.annotations.proofmill\\.dev/status}';
      const status = JSON.parse(await namespace.kubectl(['get', 'job', driver, '-o', path]));
      expect(status).toMatchObject({ phase: 'Succeeded', output: job.outUri, stage: 'prove', done: 160, total: 160 });

      await namespace.kubectl(['delete', 'job', driver]);
      await until('nothing that it created is left', async () => {
        const left = ['jobs,pods', '-l', `proofmill.dev/job=${job.name}`, '-o', 'name'];
        return (await namespace.kubectl(['get', ...left])).trim() === '';
      });
    });
  },
);

/** The example with this job, this image and this object store in it. */
async function edited(job: JobObject, image: string, { s3 }: Installation): Promise<string> {
  const text = await readFile(join(examples, 'plain-job.yaml'), 'utf8');
  const [jobFile, driver] = parseAllDocuments(text).map((document) => document.toJS()) as JobObject[];
  jobFile.data['job.yaml'] = JSON.stringify(job);
  const [container] = driver.spec.template.spec.containers;
  container.image = image;
  container.env.push({ name: 'AWS_ENDPOINT_URL', value: s3.env.AWS_ENDPOINT_URL });
  container.envFrom = [{ secretRef: { name: 'store' } }];
  return [jobFile, driver].map((object) => JSON.stringify(object)).join('\n---\n');
}
