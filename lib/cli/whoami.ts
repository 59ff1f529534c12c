import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { routeCommand } from './derived/route-command.ts';
import type { ExitCode } from './failure.ts';

export const whoamiCommand = (context: CliContext, done: (code: ExitCode) => void): Command =>
  routeCommand(
    {
      name: 'whoami',
      operation: 'getCaller',
      summary: 'whom Headroom takes you for, and what you may do',
      examples: ['headroom whoami', 'headroom whoami --json'],
    },
    context,
    done,
  );
