import { readFile } from 'node:fs/promises';
import { ConfigurationError } from '@proofmill/contract';
import { type Decisions, type ReviewTool, readDecisions, reviewTools } from '@proofmill/export-rows';
import { type Command, print } from '@proofmill/runtime';
import { createFile } from '../new-file.ts';
import { oneOf } from '../one-of.ts';

export function addImportReviews(program: Command): void {
  program
    .command('import-reviews')
    .description(
      'make gold labels of what people answered to `proofmill export --for label-studio` or argilla, for certify and calibrate; no output changes',
    )
    .argument('<file>', 'what the tool exported: JSON of Label Studio, or answers.json of the script for Argilla')
    .requiredOption('--for <tool>', reviewTools.join(' or '), oneOf(reviewTools))
    .requiredOption('--to <file>', 'the gold labels, as --gold of certify and calibrate takes them: a new file')
    .action(async (file: string, { for: tool, to }: { for: ReviewTool; to: string }) => {
      const text = await readFile(file, 'utf8').catch((error: Error) => {
        throw new ConfigurationError(`${file} cannot be read: ${error.message}`, { cause: error });
      });
      const decisions = readDecisions(text, { tool, name: file });
      await createFile(to, decisions.decisions.map((each) => `${JSON.stringify(each)}\n`).join(''));
      print(process.stdout, `${summaryOf(decisions, to)}\n`);
    });
}

function summaryOf({ decisions, unanswered, split }: Decisions, to: string): string {
  const unknown = decisions.filter(({ winner }) => winner === null).length;
  const parts = [
    `${decisions.filter(({ winner }) => typeof winner === 'number').length} with a better response`,
    `${decisions.filter(({ winner }) => winner === 'tie').length} equal`,
    `${unknown - split} that people cannot tell`,
    `${split} on which they do not agree`,
  ];
  const missing = unanswered === 0 ? '' : `. ${unanswered} items have no answer and are not in it`;
  return `${to}: ${decisions.length} items answered: ${parts.join(', ')}${missing}`;
}
