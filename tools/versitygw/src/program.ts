/** The program of versitygw, the S3 server that tests use: finds it, or builds it with Go. */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cacheFolder } from '@proofmill/cache';
import { buildGoProgram, type GoProgram } from '@proofmill/process';

const version = '1.8.0';
/** After a change of the version: `go mod download -json github.com/versity/versitygw@vVERSION` prints its Sum. */
const pinned: GoProgram = {
  module: {
    path: 'github.com/versity/versitygw',
    version,
    sum: 'h1:au+wI+aybno/STsQiSm35Uu6Q6iK5MWReQxgO6SEMFc=',
  },
  package: './cmd/versitygw',
};
export const remedy = 'Run npm run fetch:versitygw to build it with Go, or name its path in PROOFMILL_VERSITYGW.';

const folder = cacheFolder(`versitygw-${version}`);

/** The program that PROOFMILL_VERSITYGW names, else the one on the PATH or in the cache folder; null if there is none. */
export async function findVersitygw(): Promise<string | null> {
  const named = process.env.PROOFMILL_VERSITYGW;
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), folder];
  for (const path of named ? [named] : folders.map((folder) => join(folder, 'versitygw'))) {
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return path;
  }
  return null;
}

/** Builds versitygw with Go into the cache folder, unless it is found. Rejects if there is no Go or no network, or if it is another one. */
export async function buildVersitygw(report: (line: string) => void): Promise<string> {
  const known = await findVersitygw();
  if (known) return known;
  report(
    `Building versitygw ${version} with Go (github.com/versity/versitygw from the Go module proxy) into ${folder}`,
  );
  const program = join(folder, 'versitygw');
  await buildGoProgram(pinned, program);
  return program;
}
