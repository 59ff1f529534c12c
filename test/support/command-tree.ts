import type { Command } from 'commander';
import pc from 'picocolors';
import type { Ports } from '../../lib/cli/context.ts';
import { describeProgram } from '../../lib/cli/program.ts';

/** The tree of commands, to be looked at: what it would run has nothing to stand on. */
export function commandTree(out: (line: string) => void = () => {}): Command {
  const terminal = { colours: pc.createColors(false), width: 100, bars: undefined, out, err: out };
  const interrupts = { signal: new AbortController().signal, endAtSecond: () => {} };
  return describeProgram(
    { terminal, environment: {}, workingDirectory: process.cwd(), interrupts, ports: {} as Ports },
    () => {},
  );
}

export interface NamedCommand {
  /** `headroom cache stats` */
  path: string;
  command: Command;
}

/** Every command below one, and itself, by its path. */
export const allCommands = (command: Command, path = command.name()): NamedCommand[] => [
  { path, command },
  ...command.commands.flatMap((inner) => allCommands(inner, `${path} ${inner.name()}`)),
];

/** What its help shows of one. */
export function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (piece) => {
      text += piece;
    },
  });
  command.outputHelp();
  return text;
}

/** The command lines under `Examples:` in a help, those that go on over several lines as one. */
export function examplesIn(help: string): string[] {
  const [, below = ''] = help.split('\nExamples:\n');
  const [block = ''] = below.split('\n\n');
  return block
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
