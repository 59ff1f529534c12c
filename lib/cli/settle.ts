import type { Command } from 'commander';
import { sentence } from './derived/names.ts';
import { subcommandExamples } from './subcommand-examples.ts';
import type { Terminal } from './terminal.ts';

/** What these are in every command that takes one. */
const usualArguments: Readonly<Record<string, string>> = {
  id: 'as `list` shows it',
  key: 'what the value is kept under',
  keys: 'what the values are kept under',
};

/** What commander would do to the process: it throws instead of ending it, and writes where all else is written. */
export function settle(command: Command, terminal: Terminal, path: readonly string[] = []): void {
  const examples = subcommandExamples[path.join(' ')];
  if (examples !== undefined) {
    command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`);
  }
  if (command.description() === '') command.description(sentence(command.summary()));
  for (const argument of command.registeredArguments) argument.description ||= usualArguments[argument.name()] ?? '';
  command
    .exitOverride()
    // A command's own option, where one around it is called the same: `headroom optimize list --project shop`.
    .enablePositionalOptions()
    .showHelpAfterError('(--help shows how it is used)')
    .configureOutput({
      writeOut: (text) => terminal.out(text.replace(/\n$/, '')),
      writeErr: (text) => terminal.err(text.replace(/\n$/, '')),
    });
  for (const inner of command.commands) settle(inner, terminal, [...path, inner.name()]);
}
