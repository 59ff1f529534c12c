import { nearest } from '../contracts/nearest.ts';
import { HeadroomError } from '../sdk/client.ts';
import { projectNames } from './completion/known-names.ts';
import type { CliContext } from './context.ts';
import { CliError } from './failure.ts';

const mostNamed = 5;
const patienceMs = 3_000;

/** A project that does not exist, with the one that was probably meant; every other error as it is. */
export async function withNearestProject(error: unknown, { client }: CliContext): Promise<unknown> {
  if (client === undefined || !(error instanceof HeadroomError) || error.code !== 'not-found') return error;
  const [, project] = /^The project (\S+) does not exist\.$/.exec(error.message) ?? [];
  if (project === undefined) return error;
  try {
    const known = await projectNames(client, AbortSignal.timeout(patienceMs));
    return new CliError(error.message, { next: nextOf(project, known), cause: error });
  } catch {
    return error;
  }
}

function nextOf(project: string, known: readonly string[]): string {
  const near = nearest(project, known);
  if (near !== undefined) return `Did you mean ${near}?`;
  if (known.length === 0) return '`headroom projects register` makes one.';
  const more = known.length > mostNamed ? ', and more: `headroom projects list` shows them' : '';
  return `There are ${known.slice(0, mostNamed).join(', ')}${more}.`;
}
