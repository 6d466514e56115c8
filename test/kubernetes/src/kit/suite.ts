import { afterAll, beforeAll, describe } from 'vitest';
import { noCluster, theCluster } from './cluster.ts';
import { type Installation, type InstallOptions, install } from './installation.ts';

export interface InstalledSuite extends InstallOptions {
  /** Prefix of the name of the namespace. */
  readonly prefix: string;
}

/** Where the tests of a suite run; available only inside them. */
export interface There {
  readonly installation: Installation;
}

const slowMs = 400_000;

/** A suite with the chart installed in a namespace of its own. Skipped, with the reason in its title, where there is no cluster. */
export function describeInstalled(title: string, options: InstalledSuite, suite: (there: There) => void): void {
  describe.skipIf(noCluster !== '')(`${title}${noCluster && `: ${noCluster}`}`, () => {
    let installation: Installation | undefined;
    beforeAll(async () => {
      installation = await install(await theCluster(), options.prefix, options);
    }, slowMs);
    afterAll(() => installation?.[Symbol.asyncDispose](), slowMs);
    suite({
      get installation() {
        if (installation === undefined) throw new Error('nothing is installed yet');
        return installation;
      },
    });
  });
}
