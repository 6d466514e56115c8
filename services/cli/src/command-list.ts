/**
 * The commands, and what `--help` says of each. The code of a command is loaded when it is asked for: all of them take a second.
 * What a command says of itself has to be what this list says, which a test holds.
 */
import type { Command } from '@proofmill/runtime';

export interface ListedCommand {
  readonly name: string;
  /** Its name with what it takes: `run [options] <job>`. */
  readonly usage: string;
  readonly description: string;
  /** Lines that a user may type, by the name of the command or of one below it. */
  readonly examples: Readonly<Record<string, readonly string[]>>;
  /** Adds the command to the program. */
  readonly add: (program: Command) => Promise<void>;
}

export const commandList: readonly ListedCommand[] = [
  {
    name: 'run',
    usage: 'run [options] <job>',
    description: 'run a job to its end, or resume one that was stopped',
    examples: {
      run: [
        'proofmill run job.yaml',
        'proofmill run job.yaml --limit 100 --out trial --show 3',
        'proofmill run job.yaml --engine http://127.0.0.1:8000 --model my-judge',
        'proofmill run job.yaml --executor nats',
      ],
    },
    add: async (program) => (await import('./commands/run.ts')).addRun(program),
  },
  {
    name: 'retry',
    usage: 'retry [options] <out>',
    description:
      'ask again about the records of an output that failed; their labels join the others, and no committed byte changes',
    examples: {
      retry: [
        'proofmill retry my-labels --job job.yaml',
        'proofmill retry my-labels --job job.yaml --class no-valid-judgment --max-tokens 4096',
      ],
    },
    add: async (program) => (await import('./commands/retry.ts')).addRetry(program),
  },
  {
    name: 'loop',
    usage: 'loop [options] <loop>',
    description:
      'run rounds of labelling, proving, training and evaluating, each with the judge that the round before has trained; or resume them',
    examples: { loop: ['proofmill loop loop.yaml'] },
    add: async (program) => (await import('./commands/loop.ts')).addLoop(program),
  },
  {
    name: 'plan',
    usage: 'plan [options] <job>',
    description:
      'show what a job would do, and with --probe what it will take; writes nothing, and asks nothing without --probe',
    examples: {
      plan: [
        'proofmill plan job.yaml',
        'proofmill plan job.yaml --json',
        'proofmill plan job.yaml --probe --engine http://127.0.0.1:8000',
        'proofmill plan job.yaml --probe 100 --seed 1 --json',
      ],
    },
    add: async (program) => (await import('./commands/plan.ts')).addPlan(program),
  },
  {
    name: 'preview',
    usage: 'preview [options] <job>',
    description:
      'ask the engine about a few items, show how its answers are read and what the engines of the job can do; writes nothing',
    examples: { preview: ['proofmill preview job.yaml', 'proofmill preview job.yaml --items 1 --json'] },
    add: async (program) => (await import('./commands/preview.ts')).addPreview(program),
  },
  {
    name: 'verify',
    usage: 'verify [options] <out>',
    description: 'check an output folder, a training set or the folder of a loop, using only what is in it',
    examples: { verify: ['proofmill verify my-labels', 'proofmill verify my-labels --deep'] },
    add: async (program) => (await import('./commands/verify.ts')).addVerify(program),
  },
  {
    name: 'status',
    usage: 'status [options] <out>',
    description: 'show how far a job is, from its output folder alone; also while it runs',
    examples: { status: ['proofmill status my-labels', 'proofmill status my-labels --watch'] },
    add: async (program) => (await import('./commands/status.ts')).addStatus(program),
  },
  {
    name: 'report',
    usage: 'report [options] <out>',
    description:
      'show how healthy the labels of a complete output are: agreement, biases, gold labels, by confidence and file; of a loop, how good the judge of each round is',
    examples: {
      report: ['proofmill report my-labels', 'proofmill report my-labels --json', 'proofmill report my-loop --to page'],
    },
    add: async (program) => (await import('./commands/report.ts')).addReport(program),
  },
  {
    name: 'score',
    usage: 'score [options] <out...>',
    description:
      'score a complete output by the official metric of its benchmark, or by its gold labels: overall, by category and for each order alone, with intervals clustered by prompt',
    examples: {
      score: [
        'proofmill score judgebench',
        'proofmill score rm-bench --json --resamples 10000',
        'proofmill score rewardbench-2-four-way rewardbench-2-ties',
      ],
    },
    add: async (program) => (await import('./commands/score.ts')).addScore(program),
  },
  {
    name: 'compare',
    usage: 'compare [options] <out...>',
    description:
      'compare complete outputs of one benchmark or corpus on the comparisons that all of them have: a leaderboard, and each output against the first, with paired differences',
    examples: {
      compare: [
        'proofmill compare judgebench-8b judgebench-3b',
        'proofmill compare judgebench-8b judgebench-3b --flips 10 --svg leaderboard.svg',
      ],
    },
    add: async (program) => (await import('./commands/compare.ts')).addCompare(program),
  },
  {
    name: 'rows',
    usage: 'rows [options] <out>',
    description:
      'print the rows of a complete output as JSON lines, for jq and the like, whatever the format of its files',
    examples: {
      rows: [
        'proofmill rows my-labels | head -1 | jq .',
        'proofmill rows my-labels --certificate certificate.json',
        `proofmill rows my-labels | jq -c 'select(.kept) | {prompt, chosen: .responses[.winner]}'`,
      ],
    },
    add: async (program) => (await import('./commands/rows.ts')).addRows(program),
  },
  {
    name: 'sample',
    usage: 'sample [options] <out>',
    description: 'print a random sample of the kept rows of a complete output, without labels, for people to answer',
    examples: { sample: ['proofmill sample my-labels --n 300 > to-answer.jsonl'] },
    add: async (program) => (await import('./commands/sample.ts')).addSample(program),
  },
  {
    name: 'certify',
    usage: 'certify [options] <out>',
    description:
      'find the lowest confidence above which the labels of a complete output are right as often as asked for',
    examples: {
      certify: [
        'proofmill certify my-labels --error-at-most 0.05 --confidence 0.9 --gold answered.jsonl',
        'proofmill certify my-labels --out certificate.json',
        'proofmill certify cascade-out --together',
        'proofmill certify cascade-out --cheapest --out certificate.json',
      ],
    },
    add: async (program) => (await import('./commands/certify.ts')).addCertify(program),
  },
  {
    name: 'calibrate',
    usage: 'calibrate [options] <out>',
    description:
      'measure on rows with gold labels how far confidence is the probability of being right, and fit a map that makes it one',
    examples: {
      calibrate: [
        'proofmill calibrate my-labels --out calibration.json --svg calibration.svg',
        'proofmill calibrate my-labels --method isotonic --by category',
      ],
    },
    add: async (program) => (await import('./commands/calibrate.ts')).addCalibrate(program),
  },
  {
    name: 'export',
    usage: 'export [options] <out...>',
    description:
      'write the rows of complete outputs as a training set, with the files that load it in a trainer: TRL, LLaMA-Factory and others; or some rows of one for people to answer',
    examples: {
      export: [
        'proofmill export my-labels --for trl --as scalar --to reward-set --eval-share 0.02',
        'proofmill export round-1 round-2 --for gram --to gram-set --without rm-bench.json',
        'proofmill export my-labels --for llama-factory --as reasoning --both-orders --to s3://sets/reasoning',
        'proofmill export my-labels --for label-studio --rows 200 --by uncertainty --to to-answer',
      ],
    },
    add: async (program) => (await import('./commands/export.ts')).addExport(program),
  },
  {
    name: 'import-reviews',
    usage: 'import-reviews [options] <file>',
    description:
      'make gold labels of what people answered to `proofmill export --for label-studio` or argilla, for certify and calibrate; no output changes',
    examples: {
      'import-reviews': ['proofmill import-reviews answers.json --for label-studio --to gold.jsonl'],
    },
    add: async (program) => (await import('./commands/import-reviews.ts')).addImportReviews(program),
  },
  {
    name: 'weights',
    usage: 'weights',
    description: 'put the weights of a model into an object store, or fetch them, for fleet.model.s3 of jobs',
    examples: {
      weights: [
        'proofmill weights put my-judge s3://models/my-judge',
        'proofmill weights fetch s3://models/my-judge copy',
      ],
      put: ['proofmill weights put my-judge s3://models/my-judge'],
      fetch: ['proofmill weights fetch s3://models/my-judge my-judge'],
    },
    add: async (program) => (await import('./commands/weights.ts')).addWeights(program),
  },
  {
    name: 'clean',
    usage: 'clean <out>',
    description:
      'remove the working files of a complete output: packs, journals, checkpoints, staged files, and the secret that its ends were signed with. Rows, failures, card and manifests stay; nothing can be retried afterwards',
    examples: { clean: ['proofmill clean my-labels'] },
    add: async (program) => (await import('./commands/clean.ts')).addClean(program),
  },
  {
    name: 'profiles',
    usage: 'profiles [options] [name]',
    description: 'list the built-in judge profiles, or print the source of one',
    examples: {
      profiles: ['proofmill profiles', 'proofmill profiles gram-r2 > my-profile.yaml'],
      test: [
        'proofmill profiles test my-profile.yaml',
        'proofmill profiles test gram-r2 --engine http://127.0.0.1:8000',
      ],
      fetch: ['proofmill profiles fetch arena-hard --from ~/JudgeBench'],
    },
    add: async (program) => (await import('./commands/profiles.ts')).addProfiles(program),
  },
  {
    name: 'coordinator',
    usage: 'coordinator [options]',
    description: 'plan and drive a job over NATS',
    examples: { coordinator: ['NATS_URL=nats://127.0.0.1:4222 proofmill coordinator --job job.yaml'] },
    add: async (program) => addRole(program, (await import('@proofmill/coordinator')).coordinatorCommand()),
  },
  {
    name: 'worker',
    usage: 'worker [options]',
    description: 'work for one stage: take tasks, ask the engine, publish outcomes',
    examples: {
      worker: ['proofmill worker --stage my-labels/.proofmill/label/stage.json --engine http://127.0.0.1:8000'],
    },
    add: async (program) => addRole(program, (await import('@proofmill/worker')).workerCommand()),
  },
  {
    name: 'collector',
    usage: 'collector [options]',
    description: 'collect outcomes into the output folder',
    examples: { collector: ['proofmill collector --out my-labels', 'proofmill collector --out my-labels --share 0/2'] },
    add: async (program) => addRole(program, (await import('@proofmill/collector')).collectorCommand()),
  },
  {
    name: 'health',
    usage: 'health [options]',
    description:
      'check an engine, as a probe does: exits with 0 if its /health answers 200 within 5 seconds, else with 75',
    examples: { health: ['proofmill health --engine http://127.0.0.1:8000'] },
    add: async (program) => (await import('./commands/health.ts')).addHealth(program),
  },
  {
    name: 'simulate',
    usage: 'simulate [flags...]',
    description: 'run a stand-in for vLLM, whose judge knows only its gold files; prints one JSON line when ready',
    examples: { simulate: ['proofmill simulate --port 8000 --gold pairs.jsonl'] },
    add: async (program) => (await import('./commands/simulate.ts')).addSimulate(program),
  },
  {
    name: 'operator',
    usage: 'operator [options]',
    description: 'on Kubernetes: start a driver for each ScoringJob of its namespaces; of several operators, one leads',
    examples: { operator: ['proofmill operator --namespace proofmill --settings cluster.yaml'] },
    add: async (program) => addRole(program, (await import('@proofmill/operator')).operatorCommand()),
  },
  {
    name: 'submit',
    usage: 'submit [options] <job>',
    description:
      'submit a job to a Kubernetes cluster; submitting the same job again attaches to it and never runs it twice',
    examples: { submit: ['proofmill submit job.yaml --namespace proofmill', 'proofmill submit job.yaml --wait'] },
    add: async (program) => (await import('./commands/submit.ts')).addSubmit(program),
  },
  {
    name: 'completion',
    usage: 'completion <shell>',
    description: 'print a script that completes commands and flags of proofmill in a shell',
    examples: {
      completion: [
        'source <(proofmill completion bash)',
        'proofmill completion zsh > ~/.zfunc/_proofmill',
        'proofmill completion fish > ~/.config/fish/completions/proofmill.fish',
      ],
    },
    add: async (program) => (await import('./commands/completion.ts')).addCompletion(program, commandList),
  },
];

/** Unlike `command()`, `addCommand()` does not pass on the settings of the program. */
const addRole = (program: Command, command: Command): void => {
  program.addCommand(command.copyInheritedSettings(program));
};
