/** Prompts of benchmark files, which are not to be trained on. */
import { ConfigurationError, corpusSchema, type Message, sha256Pieces } from '@proofmill/contract';
import { openCorpus } from '@proofmill/coordinator';
import { recogniseRecord } from '@proofmill/corpus';
import type { NamedFile } from '@proofmill/export';
import { BenchmarkPrompts } from '@proofmill/export-rows';

/** Columns that hold a prompt in files without responses, which are no records of a corpus. */
const promptColumns = ['prompt', 'question', 'instruction', 'problem', 'query', 'input', 'text'];

/**
 * Reads files of any format that a corpus may have.
 * @throws {ConfigurationError} where one matches nothing, cannot be read or has no prompt
 */
export async function benchmarkPrompts(
  uris: readonly string[],
): Promise<{ readonly prompts: BenchmarkPrompts; readonly files: readonly NamedFile[] }> {
  const corpus = openCorpus('.', corpusSchema.parse({ uris }));
  const prompts = new BenchmarkPrompts();
  const files: NamedFile[] = [];
  const inputs = (await corpus.list(uris)).toSorted((one, other) => (one.uri < other.uri ? -1 : 1));
  for (const input of inputs) {
    const hash = sha256Pieces();
    let found = 0;
    for await (const records of corpus.records(input)) {
      for (const record of records) {
        const prompt = 'value' in record ? promptOf(record.value, { file: input.uri, line: record.line }) : null;
        if (!prompt) {
          const why = 'problem' in record ? record.problem.message : `it has none of ${promptColumns.join(', ')}`;
          throw new ConfigurationError(`${input.uri}, line ${record.line}: no prompt was found: ${why}`);
        }
        prompts.add(input.uri, prompt);
        hash.update(Buffer.from(`${JSON.stringify(prompt)}\n`));
        found += 1;
      }
    }
    if (found === 0) throw new ConfigurationError(`${input.uri} has no records`);
    files.push({ name: input.uri, sha256: hash.hex() });
  }
  return { prompts, files };
}

function promptOf(value: unknown, source: { readonly file: string; readonly line: number }): readonly Message[] | null {
  const recognised = recogniseRecord(value, {}, { source });
  if ('item' in recognised) return recognised.item.prompt;
  if (value === null || typeof value !== 'object') return null;
  for (const column of promptColumns) {
    const text: unknown = Reflect.get(value, column);
    if (typeof text === 'string' && text.trim() !== '') return [{ role: 'user', content: text }];
  }
  return null;
}
