import type { Command } from 'commander';
import type { Operation } from '../../contracts/routes.ts';
import type { CliContext } from '../context.ts';
import type { ExitCode } from '../failure.ts';
import { type RouteCommand, routeCommand } from './route-command.ts';

type Specs = { readonly [Op in Operation]?: Omit<RouteCommand<Op>, 'operation'> };

/** Puts commands that are operations of the API, which they are named by here, under another one. */
export function withRouteCommands(
  command: Command,
  specs: Specs,
  context: CliContext,
  done: (code: ExitCode) => void,
): Command {
  for (const [operation, spec] of Object.entries(specs)) {
    command.addCommand(routeCommand({ ...spec, operation } as RouteCommand, context, done));
  }
  return command;
}
