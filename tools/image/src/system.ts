/** The few system files that programs expect: the user, name lookup, and trusted certificate authorities. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type ContentFile, type ImageFile, textFile } from './files.ts';

/** The user of the images, as a number: for `runAsNonRoot`, Kubernetes compares numbers. */
export const user = { id: 65532, name: 'nonroot' };

/** The files for users and name lookup. */
export const systemFiles = (): Map<string, ImageFile> =>
  new Map([
    [
      '/etc/passwd',
      textFile(`root:x:0:0:root:/:/none\n${user.name}:x:${user.id}:${user.id}:${user.name}:/tmp:/none\n`),
    ],
    ['/etc/group', textFile(`root:x:0:\n${user.name}:x:${user.id}:\n`)],
    // Kubernetes and Docker replace this file with their own.
    ['/etc/hosts', textFile('127.0.0.1 localhost\n::1 localhost\n')],
    ['/etc/nsswitch.conf', textFile('passwd: files\ngroup: files\nhosts: files dns\n')],
  ]);

/**
 * The certificate authorities that Node ships (Mozilla's list), for programs and flags that read a file. Not those of this
 * machine, which may trust private ones.
 */
export async function certificateFile(node: string): Promise<ContentFile> {
  const script = 'process.stdout.write(require("node:tls").rootCertificates.join("\\n") + "\\n")';
  const { stdout } = await promisify(execFile)(node, ['-e', script], { maxBuffer: 16 * 1024 * 1024, env: {} });
  return textFile(stdout);
}
