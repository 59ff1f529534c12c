import type { Project } from '../../../lib/contracts/projects.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import type { ProjectService } from '../../../lib/projects/service.ts';

/** A project that names resources. */
export function projectOf(resources: Project['resources']): Project {
  return {
    ...projectSettings.parse({ baseUrl: 'http://127.0.0.1:1', resources }),
    project: 'shop',
    verification: { state: 'not-needed', token: 't', methods: [] },
    createdAt: '2026-01-31T12:00:00.000Z',
    updatedAt: '2026-01-31T12:00:00.000Z',
  };
}

/** Knows one project, whatever it is asked for. */
export const namingProject = (resources: Project['resources']): Pick<ProjectService, 'require'> => ({
  require: async () => projectOf(resources),
});
