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
  const prompts = new BenchmarkPrompts();
  const hashes = new Map<string, ReturnType<typeof sha256Pieces>>();
  for await (const { file, prompt } of promptsIn(uris, '.')) {
    prompts.add(file, prompt);
    const hash = hashes.get(file) ?? sha256Pieces();
    hash.update(Buffer.from(`${JSON.stringify(prompt)}\n`));
    hashes.set(file, hash);
  }
  return { prompts, files: [...hashes].map(([name, hash]) => ({ name, sha256: hash.hex() })) };
}

/**
 * The prompts of such files, by the names of the files. Relative paths start at `baseDir`.
 * @throws {ConfigurationError} as benchmarkPrompts does
 */
export async function* promptsIn(
  uris: readonly string[],
  baseDir: string,
): AsyncGenerator<{ readonly file: string; readonly prompt: readonly Message[] }> {
  const corpus = openCorpus(baseDir, corpusSchema.parse({ uris }));
  const inputs = (await corpus.list(uris)).toSorted((one, other) => (one.uri < other.uri ? -1 : 1));
  for (const input of inputs) {
    let found = 0;
    for await (const records of corpus.records(input)) {
      for (const record of records) {
        const prompt = 'value' in record ? promptOf(record.value, { file: input.uri, line: record.line }) : null;
        if (!prompt) {
          const why = 'problem' in record ? record.problem.message : `it has none of ${promptColumns.join(', ')}`;
          throw new ConfigurationError(`${input.uri}, line ${record.line}: no prompt was found: ${why}`);
        }
        yield { file: input.uri, prompt };
        found += 1;
      }
    }
    if (found === 0) throw new ConfigurationError(`${input.uri} has no records`);
  }
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
