import { Command } from 'commander';
import type { CliContext } from './context.ts';
import { withRouteCommands } from './derived/route-commands.ts';
import type { ExitCode } from './failure.ts';

export const settingsCommand = (context: CliContext, done: (code: ExitCode) => void): Command =>
  withRouteCommands(
    new Command('settings')
      .summary('live settings that a service with the SDK follows: show, set')
      .description('Shows and sets what services with the SDK follow while they run.')
      .addHelpText('after', examples),
    {
      getLiveSettings: { name: 'show', examples: ['headroom settings show --project shop'] },
      putLiveSettings: {
        name: 'set',
        examples: [`headroom settings set --project shop --body '{"ttlMultiplier":2}'`],
      },
    },
    context,
    done,
  );

const examples = `
Examples:
  headroom settings show --project shop --json
  headroom settings set --project shop --file settings.yaml

What a file may hold: docs/optimization.md.`;
