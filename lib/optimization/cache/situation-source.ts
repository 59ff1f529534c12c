import type { NamespaceService } from '../../cache/namespace-service.ts';
import type { SituationSource } from '../situation-source.ts';
import { cacheFiguresOf } from './cache-figures.ts';

/** A project with more of them names its own caches. */
const maxNamespaces = 50;

/** The policies of a project's namespaces, and what those who serve them counted. */
export const cacheSource = (
  namespaces: Pick<NamespaceService, 'ofProject' | 'policy' | 'reports'>,
): SituationSource => ({
  name: 'caches',
  async read({ project }) {
    const names = (await namespaces.ofProject(project)).slice(0, maxNamespaces);
    const known = await Promise.all(
      names.map(async (name) => ({
        name,
        policy: (await namespaces.policy(name)).policy,
        figures: cacheFiguresOf(await namespaces.reports(name)),
      })),
    );
    return {
      cachePolicies: new Map(known.map(({ name, policy }) => [name, policy])),
      cacheFigures: new Map(known.flatMap(({ name, figures }) => (figures === undefined ? [] : [[name, figures]]))),
    };
  },
});
