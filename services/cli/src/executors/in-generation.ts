import type { OpenGeneration } from '@proofmill/coordinate';
import type { JobFile } from '@proofmill/job-files';
import { folderOfRun } from '../output.ts';

/** A job whose output folder is that of a generation: the roles of a generation work in it as in any other. */
export function inGeneration(jobFile: JobFile, { generation }: OpenGeneration): JobFile {
  const { job } = jobFile;
  const output = { ...job.spec.output, uri: folderOfRun(job.spec.output.uri, generation.number) };
  return { ...jobFile, job: { ...job, spec: { ...job.spec, output } } };
}
