import { stringify } from 'yaml';
import { scoringJobDefinition } from './definition.ts';

const notice = `# Made by tools/reference from the schema of the job file. Change the source and run \`npm run reference\`; edits here are lost.\n`;

/** The definition of the custom resource, for kubectl and for the chart, whose template writes the metadata: Helm adds to them. */
export function definitionFiles(): Record<string, string> {
  const definition = scoringJobDefinition();
  return {
    'k8s/crd/scoringjobs.yaml': textOf(definition),
    'charts/proofmill/files/scoringjobs-spec.yaml': textOf({ spec: definition.spec }),
  };
}

const textOf = (content: object): string => notice + stringify(content, { lineWidth: 0, aliasDuplicateObjects: false });
