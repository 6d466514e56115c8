/**
 * `npm run bench`: what Proofmill costs compared with a bare loop over the same requests, in the same minutes on the same machine.
 * With `--capacity`: how full it keeps engines (capacity/capacity.ts). With `--soak`: one large run (soak/soak.ts). With `--files`: how
 * fast large files are read (files/files.ts). With `--exports`: what exports hold in memory (exports/exports.ts).
 *
 * Each round runs the bare loop, the fleet, and the fleet with a tenth of the records; the figures are medians.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNatsServer } from '@proofmill/nats-server';
import { measureCapacity } from './capacity/capacity.ts';
import { capacityTable } from './capacity/capacity-table.ts';
import { tiny, writeCorpus } from './corpus.ts';
import { startEngine } from './engine.ts';
import { measureExports } from './exports/exports.ts';
import { exportsTable } from './exports/exports-table.ts';
import { measureFiles } from './files/files.ts';
import { filesTable } from './files/files-table.ts';
import { runFleet } from './fleet.ts';
import { runFloor } from './floor.ts';
import { type Machine, machineOf } from './machine.ts';
import { type Options, readOptions, usage } from './options.ts';
import { type Section, writePage } from './page.ts';
import { type Round, resultOf } from './result.ts';
import { runSoak } from './soak/soak.ts';
import { soakTable } from './soak/soak-table.ts';
import { tableOf } from './table.ts';

const model = 'bench-judge';
/** Records of a first run that does not count: it warms up the engine's code. */
const warmUpRecords = 2000;

const options = readOptions(process.argv.slice(2));
if (options === null) console.log(usage);
else {
  const [section, measure] = wanted(options);
  const { result, table } = await inFolder(options, measure);
  console.log(options.json ? JSON.stringify(result) : table);
  if (options.write) await writePage(section, table);
}

function wanted(options: Options): [Section, Measure] {
  const { soak: isSoak, executor, capacity: isCapacity, files: areFiles, exports: areExports } = options;
  if (isSoak) return [`soak-${executor}`, soak];
  if (areExports) return ['exports', exportsOf];
  if (isCapacity) return ['capacity', capacity];
  return areFiles ? ['files', files] : ['bench', costs];
}

interface Measured {
  readonly result: unknown;
  readonly table: string;
}

interface Place {
  readonly folder: string;
  readonly machine: Machine;
  readonly command: string;
}

type Measure = (options: Options, place: Place) => Promise<Measured>;

/** Runs a measurement in a folder of its own, on a disk. */
async function inFolder(options: Options, measure: Measure): Promise<Measured> {
  const nats = await findNatsServer();
  if (nats.path === null) throw new Error(`${nats.reason} ${nats.remedy}`);
  const parent = options.folder ?? tmpdir();
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'proofmill-bench-'));
  try {
    const machine = machineOf(folder, nats.version);
    if (machine.fileSystem === 'tmpfs') {
      throw new Error(`${parent} is in memory, where syncing costs nothing: name a folder on a disk with --folder`);
    }
    const command = ['npm run bench', ...(options.words.length > 0 ? ['--', ...options.words] : [])].join(' ');
    return await measure(options, { folder, machine, command });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function capacity({ records, cases: only }: Options, { folder, machine, command }: Place): Promise<Measured> {
  const result = await measureCapacity({ records, folder, model, only, report });
  return { result, table: capacityTable(result, { machine, records, command }) };
}

async function files({ megabytes }: Options, { folder, machine, command }: Place): Promise<Measured> {
  const result = await measureFiles({ folder, megabytes, report });
  return { result, table: filesTable(result, { machine, command }) };
}

async function exportsOf({ records: rows }: Options, { folder, machine, command }: Place): Promise<Measured> {
  await using engine = await startEngine(model);
  const result = await measureExports({ folder, rows, model, engine, report });
  return { result, table: exportsTable(result, { machine, command }) };
}

async function soak(options: Options, { folder, machine, command }: Place): Promise<Measured> {
  const { records, shards, executor } = options;
  const corpus = join(folder, 'corpus.jsonl');
  report(`writing ${records} records into ${folder} (${machine.fileSystem})`);
  const bytes = await (options.tiny ? writeCorpus(corpus, records, tiny) : writeCorpus(corpus, records));
  await using engine = await startEngine(model);
  const result = await runSoak({ engine, corpus, records, shards, model, folder, executor });
  const table = soakTable(result, { machine, recordBytes: bytes / records, command });
  return { result: { ...result, peaks: Object.fromEntries(result.peaks) }, table };
}

async function costs({ records, rounds, profile }: Options, { folder, machine, command }: Place): Promise<Measured> {
  const corpusOf = async (count: number): Promise<{ path: string; count: number; bytes: number }> => {
    const path = join(folder, `corpus-${count}.jsonl`);
    return { path, count, bytes: await writeCorpus(path, count) };
  };
  report(`writing ${records} records into ${folder} (${machine.fileSystem})`);
  const [warm, small, whole] = [
    await corpusOf(warmUpRecords),
    await corpusOf(Math.ceil(records / 10)),
    await corpusOf(records),
  ];
  await using engine = await startEngine(model);
  const fleetOn = (corpus: { path: string; count: number }, profiles: string | null = null) =>
    runFleet({ engine, corpus: corpus.path, records: corpus.count, model, folder, profile: profiles });
  const { stage } = await fleetOn(warm);

  const completed: Round[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await engine.reset();
    const floor = await runFloor({ engine, corpus: whole.path, folder, stage });
    report(`round ${round} of ${rounds}: bare loop ${Math.round(floor.records / floor.seconds)} records/s`);
    const fleet = await fleetOn(whole, profile);
    report(`round ${round} of ${rounds}: Proofmill ${Math.round(fleet.records / fleet.seconds)} records/s`);
    completed.push({ floor, fleet, small: await fleetOn(small) });
  }
  const result = resultOf(completed, { machine, command, records, recordBytes: whole.bytes / records });
  return { result, table: tableOf(result) };
}

function report(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
