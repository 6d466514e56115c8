// The import table: the path is the layer. test/boundaries plants bad imports for every rule here and must see each one
// reported, so a rule without a canary fails the tests. Paths are the real ones behind the workspace links:
// `@proofmill/plan` is judged as libs/core/plan/src/index.ts.

/** Captures the folder of the package that imports; `$1` in a `to` is that folder again. */
const anyPackage = '^(libs/[^/]+/[^/]+|services/[^/]+|tools/[^/]+|test/[^/]+|scripts)/';
const contract = '^libs/core/contract/';

/**
 * Unit tests lie beside what they test, and so do fixtures: what several tests of a package use. The layers bind them too; purity
 * does not: they may use vitest, Node and the test kit.
 */
const unitTest = '[.](test|fixture)[.]ts$';

/** An installed package; one that cannot be resolved keeps the name it was imported by. */
const vendor = (name) => `(^|/node_modules/|^node_modules/)${name}(/|$)`;
const zod = vendor('zod');
const nodeCrypto = '^(node:)?crypto$';

const forbid = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

const onlyIn = (folder, name, packages) =>
  forbid(
    `${name}-only-in-its-adapter`,
    `Only ${folder} (and test/) knows this client library; the others speak through a port of contract.`,
    { path: '^(libs|services|tools|scripts)/', pathNot: `^${folder}/` },
    { path: vendor(packages) },
  );

export default {
  forbidden: [
    forbid(
      'contract-imports-only-zod',
      'libs/core/contract is the centre: zod and node:crypto, nothing else.',
      { path: contract, pathNot: unitTest },
      { pathNot: [contract, zod, nodeCrypto] },
    ),
    forbid(
      'core-no-sibling',
      'A core package builds on contract alone, so that each can be read alone.',
      { path: '^(libs/core/[^/]+)/' },
      { path: '^libs/core/', pathNot: ['^$1/', contract] },
    ),
    forbid(
      'core-no-outer-layer',
      'Core is pure: loops, adapters, services and tools import it, never the other way.',
      { path: '^libs/core/' },
      { path: '^(libs/flow|libs/io|services|tools|scripts)/' },
    ),
    forbid(
      'core-is-pure',
      'Core has no clock, chance or I/O: zod, node:crypto and the pure libraries on this list.',
      { path: '^libs/core/', pathNot: unitTest },
      { pathNot: ['^(libs|services|tools|test|scripts)/', zod, vendor('@huggingface/jinja'), nodeCrypto] },
    ),
    forbid(
      'flow-no-sibling',
      'The loops do not know each other. What they share is in core, or in libs/flow/folder: the output folder they meet in.',
      { path: '^(libs/flow/[^/]+)/' },
      { path: '^libs/flow/', pathNot: ['^$1/', '^libs/flow/folder/'] },
    ),
    forbid(
      'flow-no-outer-layer',
      'A loop speaks to ports of contract; which adapter stands behind one is decided in a service.',
      { path: '^libs/flow/' },
      { path: '^(libs/io|services|tools|scripts)/' },
    ),
    forbid(
      'flow-no-node-no-vendor',
      'A loop gets clock, chance and I/O passed in: no Node module, no library but zod.',
      { path: '^libs/flow/', pathNot: unitTest },
      { pathNot: ['^(libs|services|tools|test|scripts)/', zod] },
    ),
    forbid(
      'io-no-sibling',
      'An adapter implements ports with one client library and stands alone.',
      { path: '^(libs/io/[^/]+)/' },
      { path: '^libs/io/', pathNot: '^$1/' },
    ),
    forbid(
      'io-only-contract',
      'An adapter knows contract: no other core package, no loop, no service, no tool.',
      { path: '^libs/io/' },
      { path: '^(libs/core|libs/flow|services|tools|scripts)/', pathNot: contract },
    ),
    forbid(
      'service-no-service',
      'A service stands alone; only the command line (services/cli) may use the doors of the others.',
      { path: '^(services/[^/]+)/', pathNot: '^services/cli/' },
      { path: '^services/', pathNot: '^$1/' },
    ),
    forbid(
      'nobody-imports-a-service',
      'Services are the outermost layer of what ships; a tool may read what one says of itself, by its door.',
      { path: '^(libs|scripts)/' },
      { path: '^services/' },
    ),
    forbid(
      'nothing-that-ships-imports-a-tool',
      'Tools build, fetch, start and generate for those who work on Proofmill.',
      { path: '^(libs|services)/', pathNot: '^services/cli/' },
      { path: '^tools/' },
    ),
    forbid(
      'the-command-starts-nats-and-no-other-tool',
      'A run with `--executor nats` and no NATS_URL starts a temporary server: the one tool that ships.',
      { path: '^services/cli/' },
      { path: '^tools/', pathNot: '^tools/nats-server/' },
    ),
    forbid(
      'nobody-imports-test',
      'Nothing that ships and no tool leans on the test folders; a unit test or a fixture may use the test kit.',
      { path: '^(libs|services|tools|scripts)/', pathNot: unitTest },
      { path: '^test/' },
    ),
    forbid(
      'unit-tests-import-the-kit-alone',
      'A unit test stands on its own package and on test/kit, which knows contract and nothing else of Proofmill.',
      { path: `^(libs|services|tools)/.*${unitTest}` },
      { path: '^test/', pathNot: '^test/kit/' },
    ),
    forbid(
      'kit-knows-contract-alone',
      'Unit tests of all packages import the kit, so it cannot build on what they test.',
      { path: '^test/kit/' },
      { path: '^(libs|services|tools|test|scripts)/', pathNot: ['^test/kit/', contract] },
    ),
    forbid(
      'fixtures-only-in-tests',
      'A fixture is test code: it does not ship.',
      { path: '^(libs|services|tools)/', pathNot: unitTest },
      { path: '[.]fixture[.]ts$' },
    ),
    forbid(
      'nobody-imports-a-script',
      'A script is started, by npm or by hand; what two need is a tool.',
      {},
      { path: '^scripts/' },
    ),
    forbid(
      'only-by-the-door',
      'A package is its src/index.ts; what is inside may change without notice.',
      { path: anyPackage },
      {
        path: '^(libs|services|tools|test)/',
        pathNot: ['^$1/', '^(libs/[^/]+|services|tools|test)/[^/]+/src/index[.]ts$'],
      },
    ),
    forbid(
      'by-name-not-by-path',
      'Another package is imported by its name (@proofmill/...), so that package.json tells the truth.',
      { path: anyPackage },
      {
        path: '^(libs|services|tools|test)/',
        pathNot: '^$1/',
        dependencyTypes: ['local'],
        dependencyTypesNot: ['aliased-workspace'],
      },
    ),

    onlyIn('libs/io/jetstream', 'nats', '(nats|@nats-io)'),
    onlyIn('libs/io/vllm', 'openai', 'openai'),
    onlyIn('libs/io/blob', 'aws', '@aws-sdk'),
    forbid(
      'aws-only-when-asked-for',
      'A job on folders does not pay for the SDK, in memory or in start time: it is imported by import(), when an s3:// is opened.',
      { path: '^libs/' },
      { path: vendor('@aws-sdk'), dynamic: false, dependencyTypesNot: ['type-only'] },
    ),
    onlyIn('libs/io/web', 'hub', '@huggingface/hub'),
    forbid(
      'hub-only-when-asked-for',
      'Who reads no data set of the Hub does not load its client: it is imported by import().',
      { path: '^libs/' },
      { path: vendor('@huggingface/hub'), dynamic: false, dependencyTypesNot: ['type-only'] },
    ),
    onlyIn('libs/io/formats', 'formats', '(hyparquet|hyparquet-compressors|apache-arrow|csv-parse)'),
    forbid(
      'formats-only-when-asked-for',
      'Every process imports libs/io/formats for its codec; the readers of Parquet, Arrow and CSV are imported by import(), when such a file is met.',
      { path: '^libs/io/formats/src/([^/]+|json/.*)$', pathNot: unitTest },
      { path: '^libs/io/formats/src/(parquet|arrow|csv)/', dynamic: false },
    ),
    onlyIn('libs/io/kubernetes', 'kubernetes', '@kubernetes/client-node'),
    onlyIn('libs/io/metrics', 'prometheus', 'prom-client'),
    onlyIn('libs/io/runtime', 'pino', 'pino'),
    onlyIn('libs/io/runtime', 'commander', 'commander'),
    forbid(
      'test-tools-only-in-tests',
      'vitest is for tests.',
      { path: '^(libs|services|tools|scripts)/', pathNot: unitTest },
      { path: vendor('vitest') },
    ),

    forbid(
      'declared-in-package-json',
      'A library is listed in the package.json of the package that imports it.',
      { path: anyPackage },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
    forbid(
      'no-unresolvable',
      'An import that cannot be found is one that no other rule can judge.',
      {},
      { couldNotResolve: true },
    ),
    forbid(
      'no-circle',
      'Modules in a circle are one module. (Circles of types alone cost nothing at run time.)',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    moduleSystems: ['es6'],
    // Type-only imports count: a layer that names another's types depends on it.
    tsPreCompilationDeps: 'specify',
    // vitest and other tools are listed once, in the root package.json.
    combinedDependencies: true,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['main', 'types'],
    },
  },
};
