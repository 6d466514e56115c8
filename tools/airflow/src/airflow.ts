/** Apache Airflow, which tests use to load the DAG of k8s/triggers: finds it, or installs it with pip into the cache folder. */
import { execFile } from 'node:child_process';
import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '@proofmill/cache';

const version = '3.3.2';
const providerVersion = '10.25.0';
export const remedy = 'npm run fetch:airflow installs Airflow with Python.';

const folder = cacheFolder(`airflow-${version}`);

/** The Python of the Airflow installation; null if there is none. */
export async function findAirflow(): Promise<string | null> {
  return access(join(folder, 'bin/airflow'), constants.X_OK).then(
    () => join(folder, 'bin/python'),
    () => null,
  );
}

/** Installs Airflow, in about half a minute and 350 MB. Rejects if there is no Python 3.10 or no package index. */
export async function installAirflow(report: (line: string) => void): Promise<string> {
  const known = await findAirflow();
  if (known) return known;
  report(`Installing apache-airflow ${version} and its Kubernetes provider with pip into ${folder}`);
  await mkdir(folder, { recursive: true });
  const run = promisify(execFile);
  const python = join(folder, 'bin/python');
  const packages = [`apache-airflow==${version}`, `apache-airflow-providers-cncf-kubernetes==${providerVersion}`];
  await run('python3', ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', 'uv']);
  await run(python, ['-m', 'uv', 'pip', 'install', '--python', python, ...packages], { maxBuffer: 2 ** 24 });
  return python;
}
