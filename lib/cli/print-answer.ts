import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './failure.ts';

/** Prints an answer as it came with `--json`, else as people read it. */
export function printAnswer<Answer>(
  answer: Answer,
  { json }: { json?: true },
  { terminal }: Pick<CliContext, 'terminal'>,
  lines: (answer: Answer) => readonly string[],
): ExitCode {
  for (const line of json ? [JSON.stringify(answer ?? null, null, 2)] : lines(answer)) terminal.out(line);
  return exitCodes.ok;
}
