import type { Client } from '../../sdk/client.ts';
import { followPages } from '../pages.ts';
import type { SourceName, Values } from './state.ts';

/** So many projects are told of; the view has no room for more, and each is a request. */
export const mostProjects = 20;
const mostAlerts = 50;
const listed = 5;

type Ask<Name extends SourceName> = (client: Client, project: string, signal: AbortSignal) => Promise<Values[Name]>;

/** How each part of the view is asked for. `project` is empty for those of the deployment. */
export const ask: { readonly [Name in SourceName]: Ask<Name> } = {
  platform: (client, _, signal) => client.call('getStatus', { signal }),
  async projects(client, _, signal) {
    const { items } = await followPages((query) => client.call('listProjects', { query, signal }), mostProjects);
    return Promise.all(items.map(({ project }) => client.call('getSummary', { params: { project }, signal })));
  },
  async alerts(client, _, signal) {
    const { items } = await followPages(
      (page) => client.call('listAlerts', { query: { ...page, resolved: 'false' }, signal }),
      mostAlerts,
    );
    return items;
  },
  tasks: (client, _, signal) => client.call('getTasksStatus', { signal }),
  throughput: (client, project, signal) =>
    client.call('getHistory', { params: { project }, query: { metric: 'requestsPerSecond' }, signal }),
  p95: (client, project, signal) =>
    client.call('getHistory', { params: { project }, query: { metric: 'p95ResponseTimeMs' }, signal }),
  cache: (client, project, signal) => client.call('getCacheStats', { params: { namespace: project }, signal }),
  checks: async (client, project, signal) =>
    (await client.call('listChecks', { params: { project }, query: { limit: listed }, signal })).items,
  loadTests: async (client, project, signal) =>
    (await client.call('listLoadTests', { params: { project }, query: { limit: listed }, signal })).items,
};
