/** Scripts that complete the words of a command line, made from its commands and flags. */
import type { Command, Option } from '@proofmill/runtime';

export const completionShells = ['bash', 'zsh', 'fish'] as const;
export type CompletionShell = (typeof completionShells)[number];

/** What may follow a command. */
interface Completed {
  readonly name: string;
  readonly description: string;
  readonly flags: readonly Flag[];
  /** Words that it takes: the commands below it, and the choices of its argument. */
  readonly words: readonly string[];
}

interface Flag {
  readonly name: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

export function completionScript(shell: CompletionShell, program: Command): string {
  const commands = program.commands.map(completed);
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](commands);
}

function completed(command: Command): Completed {
  const nested = command.commands;
  const options = [command, ...nested].flatMap(({ options: own }) => own);
  return {
    name: command.name(),
    description: command.description(),
    flags: [...new Map(options.map((option) => [option.long, flagOf(option)])).values()],
    words: [
      ...nested.map((below) => below.name()),
      ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    ],
  };
}

const flagOf = ({ long, description, required, optional, argChoices }: Option): Flag => ({
  name: long ?? '',
  description,
  takesValue: required || optional,
  choices: argChoices ?? [],
});

/** Flags where a word begins with a dash, choices after a flag that has some, files elsewhere. */
function bashScript(commands: readonly Completed[]): string {
  const cases = commands.map(
    ({ name, flags, words }) =>
      `    ${name}) flags="${flags.map((flag) => flag.name).join(' ')}" words="${words.join(' ')}" ;;`,
  );
  // The same flag may have other choices in another command.
  const choices = commands.flatMap(({ name, flags }) =>
    flags
      .filter((flag) => flag.choices.length > 0)
      .map((flag) => `    "${name} ${flag.name}") choices="${flag.choices.join(' ')}" ;;`),
  );
  return `# Completion of proofmill in bash: source <(proofmill completion bash)
_proofmill() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}" flags="" words="" choices=""
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')} help --help --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  case "\${COMP_WORDS[1]} $before" in
${choices.join('\n')}
  esac
  if [[ -n "$choices" ]]; then
    COMPREPLY=($(compgen -W "$choices" -- "$current"))
  elif [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$flags --help" -- "$current"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -f -- "$current"))
  fi
}
complete -o filenames -o bashdefault -F _proofmill proofmill
`;
}

function zshScript(commands: readonly Completed[]): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  /** In a specification of _arguments these characters have a meaning. */
  const escaped = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&');
  const valuePart = ({ takesValue, choices }: Flag): string =>
    choices.length > 0 ? `:value:(${choices.join(' ')})` : takesValue ? ':value:_files' : '';
  const cases = commands.map(({ name, flags, words }) => {
    const specs = flags.map((flag) => quoted(`*${flag.name}[${escaped(flag.description)}]${valuePart(flag)}`));
    const rest =
      words.length > 0 ? `'*: :_alternative "words:word:(${words.join(' ')})" "files:file:_files"'` : "'*:file:_files'";
    return `    ${name}) _arguments ${[...specs, rest].join(' \\\n      ')} ;;`;
  });
  return `#compdef proofmill
# Completion of proofmill in zsh: proofmill completion zsh > a folder of $fpath, as _proofmill
_proofmill() {
  local -a commands
  commands=(
${commands.map(({ name, description }) => `    ${quoted(`${name}:${escaped(description)}`)}`).join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command="$words[2]"
  shift words
  ((CURRENT--))
  case "$command" in
${cases.join('\n')}
  esac
}
compdef _proofmill proofmill
`;
}

function fishScript(commands: readonly Completed[]): string {
  const quoted = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`;
  const lines = commands.flatMap(({ name, description, flags, words }) => {
    const after = `complete -c proofmill -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c proofmill -n __fish_use_subcommand -f -a ${name} -d ${quoted(description)}`,
      ...flags.map(({ name: flag, description: what, takesValue, choices }) =>
        [
          `${after} -l ${flag.replace(/^--/, '')}`,
          ...(choices.length > 0 ? [`-x -a ${quoted(choices.join(' '))}`] : takesValue ? ['-r'] : []),
          `-d ${quoted(what)}`,
        ].join(' '),
      ),
      ...(words.length > 0 ? [`${after} -a ${quoted(words.join(' '))}`] : []),
    ];
  });
  return `# Completion of proofmill in fish: proofmill completion fish > ~/.config/fish/completions/proofmill.fish\n${lines.join('\n')}\n`;
}
