/** The few files that programs expect of a system: who the user is, how names are looked up, whom to trust. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type ImageFile, textFile } from './files.ts';

/** The user of the images, by number: Kubernetes compares numbers for `runAsNonRoot`. */
export const user = { id: 65532, name: 'nonroot' };

/** Users and lookups. */
export const systemFiles = (): Map<string, ImageFile> =>
  new Map([
    [
      '/etc/passwd',
      textFile(`root:x:0:0:root:/:/none\n${user.name}:x:${user.id}:${user.id}:${user.name}:/tmp:/none\n`),
    ],
    ['/etc/group', textFile(`root:x:0:\n${user.name}:x:${user.id}:\n`)],
    // Kubernetes and Docker put their own in its place.
    ['/etc/hosts', textFile('127.0.0.1 localhost\n::1 localhost\n')],
    ['/etc/nsswitch.conf', textFile('passwd: files\ngroup: files\nhosts: files dns\n')],
  ]);

/**
 * The certificate authorities that Node ships (Mozilla's list), for programs and flags that read a file. Not those of this
 * machine: it may trust some that are nobody else's business.
 */
export async function certificateFile(node: string): Promise<ImageFile> {
  const script = 'process.stdout.write(require("node:tls").rootCertificates.join("\\n") + "\\n")';
  const { stdout } = await promisify(execFile)(node, ['-e', script], { maxBuffer: 16 * 1024 * 1024, env: {} });
  return textFile(stdout);
}
