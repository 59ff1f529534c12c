import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { allCommands, commandTree, examplesIn, helpOf } from '../support/command-tree.ts';
import { shellWords } from '../support/shell-words.ts';

const all = allCommands(commandTree());
const named = all.map(({ path, command }) => [path, command] as const);

/** They print what is no answer of the platform: a script, a file, or what a shell reads. */
const withoutJson = [
  'headroom completion',
  'headroom complete',
  'headroom config init',
  'headroom config schema',
  // Text in the format of others, or a page.
  'headroom scenarios import',
];

describe('Every command', () => {
  it('is there: the tree is walked whole', () => {
    expect(all.length).toBeGreaterThan(120);
  });

  it.each(named)('%s says what it is for, and shows how it is used', (path, command) => {
    expect(command.description()).toMatch(/\.$/);
    if (path !== 'headroom') expect(command.summary()).toMatch(/^\S.*[^.]$/);
    expect(examplesIn(helpOf(command)).filter((line) => line.includes('headroom '))).not.toEqual([]);
  });

  it.each(named)('%s describes its options and arguments', (_, command) => {
    const wanting = [
      ...command.options.filter(({ description }) => description === '').map(({ flags }) => flags),
      ...command.registeredArguments.filter(({ description }) => description === '').map((argument) => argument.name()),
    ];
    expect(wanting).toEqual([]);
  });

  it('prints JSON where it is asked to', () => {
    const wanting = all
      .filter(({ command }) => command.commands.length === 0)
      .filter(
        ({ path, command }) => !withoutJson.includes(path) && !command.options.some(({ long }) => long === '--json'),
      );
    expect(wanting.map(({ path }) => path)).toEqual([]);
  });

  it('takes every example of its help', async () => {
    const refused: string[] = [];
    for (const { command } of all) {
      for (const line of examplesIn(helpOf(command))) {
        for (const part of line.split(' | ').filter((each) => each.startsWith('headroom '))) {
          const fault = await faultOf(
            shellWords(part.replace(/ >.*$/, '').replace(/ --config \S+\.yaml/, '')).slice(1),
          );
          if (fault !== undefined) refused.push(`${part}: ${fault}`);
        }
      }
    }
    expect(refused).toEqual([]);
  });
});

/** Takes a command line apart as the program does, and does nothing. */
async function faultOf(words: readonly string[]): Promise<string | undefined> {
  const program = commandTree();
  for (const { command } of allCommands(program)) {
    if (command.commands.length === 0 || command.registeredArguments.length > 0 || command.options.length > 0) {
      command.action(() => {});
    }
    // What a file holds is not looked at here.
    for (const option of command.options) if (/<file/.test(option.flags)) option.argParser((text: string) => text);
  }
  try {
    await program.parseAsync(words, { from: 'user' });
    return undefined;
  } catch (error) {
    return error instanceof CommanderError && error.exitCode === 0 ? undefined : String(error);
  }
}
