/** `npm run image -- --nats` gives the image that the chart starts, with the server that its tag promises. */
import { readFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchNatsServer } from '@proofmill/nats-server';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { writeNatsImage } from './nats.ts';
import { rootSkipReason, unpack } from './unpacked.fixture.ts';

const server = await fetchNatsServer('2.14', { report: () => undefined });
const skipReason = server.path === null ? server.reason : rootSkipReason();
const values = join(import.meta.dirname, '../../../charts/proofmill/values.yaml');

describe.skipIf(skipReason)(`the image of NATS${skipReason && `: skipped. ${skipReason}`}`, () => {
  test('it has the name and the tag of the chart, and its server the version of that tag', async () => {
    const { repository, tag } = parse(readFileSync(values, 'utf8')).nats.image;
    await using folder = await mkdtempDisposable(join(tmpdir(), 'proofmill-archives-'));
    const image = await writeNatsImage(join(folder.path, 'nats.tar'));
    expect(image.name).toBe(`docker.io/library/${repository}:${tag}`);
    await using unpacked = await unpack(image.file);
    expect(await unpacked.run({ args: ['-v'] })).toMatchObject({ code: 0, stdout: `nats-server: v${tag}\n` });
    const sbom = readFileSync(join(unpacked.root, 'sbom.spdx.json'), 'utf8');
    expect(sbom).toBe(image.sbom);
    expect(JSON.parse(sbom).packages[1]).toMatchObject({ name: 'nats-server', versionInfo: tag });
    expect(JSON.parse(image.provenance).subject[0].digest).toEqual({ sha256: image.digest.replace('sha256:', '') });
  });
});
