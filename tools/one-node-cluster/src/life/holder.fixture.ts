/** A process that owns a cluster with a running pod: prints a line when it is ready. The first argument is the cluster's name. */
import { once } from 'node:events';
import { startCluster } from '../index.ts';

const cluster = await startCluster({ name: process.argv[2] ?? '', log: (line) => console.error(line) });
const sleeps = ['run', 'sleeps', `--image=${cluster.busybox}`, '--image-pull-policy=Never', '--', 'sleep', '600'];
await cluster.kubectl(sleeps);
await cluster.kubectl(['wait', 'pod/sleeps', '--for=condition=Ready', '--timeout=100s']);
console.log(cluster.hostAddress);
const [order] = (await once(process.stdin.setEncoding('utf8'), 'data')) as [string];
if (order === 'throw') throw new Error('as ordered');
await cluster.stop();
process.exit(0);
