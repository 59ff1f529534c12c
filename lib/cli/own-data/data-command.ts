import { resolve } from 'node:path';
import { Command } from 'commander';
import { bodyOf, heading } from '../../pages/body.ts';
import { documentOf } from '../../pages/document.ts';
import type { Content, Markup } from '../../pages/markup.ts';
import type { Plot } from '../../pages/plot.ts';
import type { CliContext } from '../context.ts';
import { writeOutput } from '../output-file.ts';

/** Of every command that looks at a file of the user's, and asks no platform. */
export interface DataFlags {
  json?: true;
  html?: string;
}

/** @param columns of the file, in words */
export const dataCommand = (name: string, columns: string): Command =>
  new Command(name)
    .argument('<file>', `CSV with the columns ${columns}; - for standard input`)
    .option('--json', 'print all that was found as JSON')
    .option('--html <file>', 'write a page with plots there, which needs nothing else');

/** How to give the data, for the help of every such command. */
export const fileHelp = (columns: string): string => `
The file has commas, semicolons or tabs between its columns:
${columns}.
A first line may name them in any order; other columns are then left alone.
Lines that begin with # are comments.`;

export interface DataPage {
  title: string;
  /** In a row below the title. */
  about: readonly Content[];
  notes: readonly Markup[];
  parts: readonly (Markup | undefined)[];
  plots: readonly Plot[];
}

export interface Findings {
  /** For `--json`, and in the page. */
  result: unknown;
  lines: () => string[];
  page: () => DataPage;
}

/** Says what was found in the way that was asked for. @throws CliError when the page cannot be written */
export async function tellFindings(
  { result, lines, page }: Findings,
  { json, html }: DataFlags,
  { terminal, ports, workingDirectory }: CliContext,
): Promise<void> {
  if (json) terminal.out(JSON.stringify(result, null, 2));
  else for (const line of lines()) terminal.out(line);
  if (html === undefined) return;
  const { title, about, notes, parts, plots } = page();
  const text = documentOf({
    title,
    body: bodyOf(heading(title, about), notes, parts),
    data: { id: 'data', value: { plots, result } },
    files: await ports.plotPageFiles(),
  });
  await writeOutput(resolve(workingDirectory, html), text, 'The page');
}
