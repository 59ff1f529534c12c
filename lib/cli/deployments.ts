import { Command } from 'commander';
import type { CliContext } from './context.ts';
import { withRouteCommands } from './derived/route-commands.ts';
import type { ExitCode } from './failure.ts';

export const deploymentsCommand = (context: CliContext, done: (code: ExitCode) => void): Command =>
  withRouteCommands(
    new Command('deployments')
      .summary('when the service was deployed: list, note')
      .description(
        'Shows and notes when a service was deployed, so that its figures are seen beside it. Services that report their version are noted by themselves.',
      )
      .addHelpText('after', examples),
    {
      listDeployments: { name: 'list', examples: ['headroom deployments list --project shop'] },
      noteDeployment: {
        name: 'note',
        examples: [`headroom deployments note --project shop --body '{"version":"1.4.2"}'`],
      },
    },
    context,
    done,
  );

const examples = `
Examples:
  headroom deployments list --project shop
  headroom deployments note --project shop --body '{"version":"1.4.2"}'

The last step of a pipeline that deploys is a good place for \`note\`.`;
