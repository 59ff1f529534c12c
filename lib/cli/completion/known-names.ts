import type { Client } from '../../sdk/client.ts';
import { connect } from '../connection.ts';
import type { CliContext } from '../context.ts';
import { followPages } from '../pages.ts';
import type { Source } from './candidates.ts';

/** Whoever presses the key waits for it. */
const patienceMs = 1_000;
const mostNames = 200;

export async function projectNames(client: Client, signal: AbortSignal): Promise<string[]> {
  const { items } = await followPages((query) => client.call('listProjects', { query, signal }), mostNames);
  return items.map(({ project }) => project);
}

const ask: Record<Exclude<Source, 'files'>, (client: Client, signal: AbortSignal) => Promise<string[]>> = {
  projects: projectNames,
  async profiles(client, signal) {
    const { items } = await followPages((query) => client.call('listProfiles', { query, signal }), mostNames);
    return items.map(({ profileId }) => profileId);
  },
};

/** What the running platform calls things. Nothing where none runs, or it does not answer soon: a shell shows no errors here. */
export async function knownNames(
  source: Exclude<Source, 'files'>,
  { apiUrl, apiKey }: { apiUrl?: string; apiKey?: string },
  context: CliContext,
): Promise<string[]> {
  try {
    const flags = { ...(apiUrl === undefined ? {} : { apiUrl }), ...(apiKey === undefined ? {} : { apiKey }) };
    return await ask[source](connect(flags, context).client, AbortSignal.timeout(patienceMs));
  } catch {
    return [];
  }
}
