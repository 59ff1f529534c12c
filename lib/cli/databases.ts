import { Command } from 'commander';
import type { CliContext } from './context.ts';
import { withRouteCommands } from './derived/route-commands.ts';
import type { ExitCode } from './failure.ts';

export const databasesCommand = (context: CliContext, done: (code: ExitCode) => void): Command =>
  withRouteCommands(
    new Command('databases')
      .summary('databases in which Headroom may create indexes: list, show, register, remove')
      .description(
        'Shows and registers the databases in which Headroom may create indexes, and drop those that it created.',
      )
      .addHelpText('after', examples),
    {
      listRegisteredDatabases: { name: 'list', examples: ['headroom databases list --project shop'] },
      getRegisteredDatabase: { name: 'show', examples: ['headroom databases show orders --project shop'] },
      registerDatabase: {
        name: 'register',
        examples: [
          `headroom databases register orders --project shop --body '{"system":"postgresql","connection":{"environment":"HEADROOM_DATABASE_ORDERS"}}'`,
        ],
      },
      unregisterDatabase: {
        name: 'remove',
        examples: ['headroom databases remove orders --project shop --yes'],
        loses: 'Headroom would forget the database; its indexes stay',
      },
    },
    context,
    done,
  );

const examples = `
Examples:
  headroom databases list --project shop
  headroom databases register orders --project shop --file orders.yaml
  headroom databases show orders --project shop

A file holds { system: postgresql, connection: { secret: 'arn:aws:secretsmanager:...' } },
{ system: postgresql, connection: { environment: HEADROOM_DATABASE_... } },
or { system: sqlite, path: /... }.`;
