/** `npm run image`: writes a container image as a file. See the usage. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { WrittenImage } from './archive.ts';
import { bundle } from './bundle.ts';
import { writeNatsImage } from './nats.ts';
import { writeProofmillImage } from './proofmill.ts';

const usage = `Usage:
  npm run image -- [--out FILE.tar] [--name NAME:TAG]   the image of Proofmill as an OCI archive
  npm run image -- --nats [--out FILE.tar] [--name ..]  the NATS server that the chart names, under that name
  npm run image -- --app FOLDER                         only the /app folder of the image, for a Dockerfile

Import it: ctr -n k8s.io images import FILE.tar, kind load image-archive FILE.tar, podman load -i FILE.tar,
skopeo copy oci-archive:FILE.tar docker://REGISTRY/proofmill:TAG`;

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    name: { type: 'string' },
    app: { type: 'string' },
    nats: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const startedAtMs = performance.now();
const seconds = (): string => `${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`;

if (values.help) {
  console.log(usage);
} else if (values.app !== undefined) {
  for (const [path, file] of await bundle()) {
    const target = join(values.app, path);
    await mkdir(dirname(target), { recursive: true });
    if ('content' in file) await writeFile(target, file.content, { mode: file.executable ? 0o755 : 0o644 });
  }
  console.log(`${values.app}: written in ${seconds()}`);
} else {
  const out = resolve(values.out ?? `tmp/${values.nats ? 'nats' : 'proofmill'}.tar`);
  await mkdir(dirname(out), { recursive: true });
  const name = values.name === undefined ? {} : { name: values.name };
  if (values.nats) print(await writeNatsImage(out, name));
  else {
    const { contents, ...image } = await writeProofmillImage(out, name);
    for (const line of contents) console.log(line);
    print(image);
  }
}

function print({ file, name, digest, bytes }: WrittenImage): void {
  console.log(`${name}\n${digest}\n${file}: ${(bytes / 1024 / 1024).toFixed(1)} MB in ${seconds()}`);
}
