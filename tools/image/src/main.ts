/** `npm run image` and `npm run chart`: write a container image or the chart as a file. See the usage. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from './bundle.ts';
import { packageChart } from './chart.ts';
import { writeNatsImage } from './nats.ts';
import { type DocumentedImage, writeProofmillImage } from './proofmill.ts';
import { sbomFile } from './sbom.ts';
import { proofmillVersion } from './settings.ts';
import { sourceOf } from './source.ts';

const usage = `Usage:
  npm run image -- [--out FILE.tar] [--name NAME:TAG]   the image of Proofmill as an OCI archive
  npm run image -- --nats [--out FILE.tar] [--name ..]  the NATS server that the chart names, under that name
  npm run image -- --app FOLDER                         only the /app folder of the image, for a Dockerfile
  npm run chart -- [--out FOLDER]                       the chart as proofmill-VERSION.tgz, for helm push

Beside FILE.tar it writes what is inside, FILE.spdx.json (SPDX 2.3), and where that comes from, FILE.provenance.json (SLSA v1).

Import it: ctr -n k8s.io images import FILE.tar, kind load image-archive FILE.tar, podman load -i FILE.tar,
skopeo copy oci-archive:FILE.tar docker://REGISTRY/proofmill:TAG`;

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    name: { type: 'string' },
    app: { type: 'string' },
    nats: { type: 'boolean', default: false },
    chart: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const startedAtMs = performance.now();
const seconds = (): string => `${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`;

if (values.help) {
  console.log(usage);
} else if (values.chart) {
  const folder = resolve(values.out ?? 'tmp');
  await mkdir(folder, { recursive: true });
  console.log(await packageChart(folder, await sourceOf()));
} else if (values.app !== undefined) {
  const { files, parts } = await bundle();
  const described = {
    name: 'proofmill',
    version: await proofmillVersion(),
    licence: 'Apache-2.0',
    source: await sourceOf(),
  };
  for (const [path, file] of files.set('sbom.spdx.json', sbomFile({ ...described, parts }))) {
    const target = join(values.app, path);
    await mkdir(dirname(target), { recursive: true });
    if ('content' in file) await writeFile(target, file.content, { mode: file.executable ? 0o755 : 0o644 });
  }
  console.log(`${values.app}: written in ${seconds()}`);
} else {
  const out = resolve(values.out ?? `tmp/${values.nats ? 'nats' : 'proofmill'}.tar`);
  await mkdir(dirname(out), { recursive: true });
  const name = values.name === undefined ? {} : { name: values.name };
  if (values.nats) await document(await writeNatsImage(out, name));
  else {
    const { contents, ...image } = await writeProofmillImage(out, name);
    for (const line of contents) console.log(line);
    await document(image);
  }
}

async function document({ file, name, digest, bytes, sbom, provenance }: DocumentedImage): Promise<void> {
  const stem = file.replace(/\.tar$/, '');
  await writeFile(`${stem}.spdx.json`, sbom);
  await writeFile(`${stem}.provenance.json`, provenance);
  console.log(`${name}\n${digest}\n${file}: ${(bytes / 1024 / 1024).toFixed(1)} MB in ${seconds()}`);
  console.log(`${stem}.spdx.json, ${stem}.provenance.json: what is inside, and where that comes from`);
}
