import { Argument, Command } from 'commander';
import type { CliContext } from '../context.ts';
import { type ExitCode, exitCodes } from '../failure.ts';
import { shortened } from '../fit.ts';
import { type Candidate, completionOf } from './candidates.ts';
import { knownNames } from './known-names.ts';
import { type Shell, scripts, shells } from './scripts.ts';

type Done = (code: ExitCode) => void;

export function completionCommand({ terminal }: CliContext, done: Done): Command {
  return new Command('completion')
    .summary('print the script by which a shell completes commands, options and names')
    .description(
      'Prints a script for a shell, which then completes commands, options, their values, and the names of projects and\nprofiles of the Headroom that runs.',
    )
    .addArgument(new Argument('<shell>', 'which one').choices(shells))
    .addHelpText('after', examples)
    .action((shell: Shell) => {
      terminal.out(scripts[shell]);
      done(exitCodes.ok);
    });
}

const examples = `
Examples:
  headroom completion bash > ~/.local/share/bash-completion/completions/headroom
  headroom completion zsh > ~/.zfunc/_headroom
  headroom completion fish > ~/.config/fish/completions/headroom.fish

For this shell alone: source <(headroom completion bash)`;

const longestDescription = 70;

/** What the scripts ask: it answers them, and is of no use to people. */
export function completeCommand(context: CliContext, done: Done, program: () => Command): Command {
  return new Command('complete')
    .summary('what may follow on a command line; for the scripts of `headroom completion`')
    .description('Prints what may stand at the end of a command line. The scripts of `headroom completion` ask it.')
    .addArgument(new Argument('<shell>', 'which one asks').choices(shells))
    .argument('[words...]', 'the command line after the name of the program, up to what is to be completed')
    .addHelpText('after', '\nExamples:\n  headroom complete bash -- metrics --so')
    .action(async (shell: Shell, words: string[]) => {
      for (const line of await answer(shell, words, context, program())) context.terminal.out(line);
      done(exitCodes.ok);
    });
}

async function answer(
  shell: Shell,
  given: readonly string[],
  context: CliContext,
  program: Command,
): Promise<string[]> {
  const words = shell === 'bash' ? rejoined(given) : given;
  const current = words.at(-1) ?? '';
  const { candidates, source, prefix, given: flags } = completionOf(program, words);
  if (source === 'files') return [':files'];
  const names = source === undefined ? [] : await knownNames(source, flags, context);
  const all: Candidate[] = [
    ...candidates,
    ...names
      .map((name) => ({ value: prefix + name, description: '' }))
      .filter(({ value }) => value.startsWith(current)),
  ];
  // bash takes what stands before = for a word of its own, and wants only what stands behind it.
  const skipped = shell === 'bash' && current.includes('=') ? current.indexOf('=') + 1 : 0;
  return all.map(({ value, description }) =>
    description === ''
      ? value.slice(skipped)
      : `${value.slice(skipped)}\t${shortened(description, longestDescription)}`,
  );
}

/** bash breaks words at =: `--project`, `=`, `shop`. */
function rejoined(words: readonly string[]): string[] {
  const whole: string[] = [];
  for (const [index, word] of words.entries()) {
    const isBehind = words[index - 1] === '=' && word !== '=';
    if ((word === '=' || isBehind) && whole.at(-1)?.startsWith('--')) whole.push(`${whole.pop()}${word}`);
    else whole.push(word);
  }
  return whole;
}
