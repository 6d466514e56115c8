import { stringify } from 'yaml';
import { scoringJobDefinition } from './definition.ts';

const notice = `# Made by tools/reference from the schema of the job file. Change the source and run \`npm run reference\`; edits here are lost.\n`;

/** The definition of the custom resource, as the files that hold it: for kubectl, and for Helm. */
export function definitionFiles(): Record<string, string> {
  const content = notice + stringify(scoringJobDefinition(), { lineWidth: 0, aliasDuplicateObjects: false });
  return { 'k8s/crd/scoringjobs.yaml': content, 'charts/proofmill/crds/scoringjobs.yaml': content };
}
