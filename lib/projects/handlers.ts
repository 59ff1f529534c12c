import { mayUseProject } from '../platform/http/authenticate.ts';
import type { Handlers } from '../platform/http/door.ts';
import type { ProjectService } from './service.ts';

export const projectHandlers = (projects: ProjectService): Handlers<'projects-api'> => ({
  putProject: async ({ params, body }) => {
    const { project, created } = await projects.put(params.project, body);
    return { status: created ? 201 : 200, body: project };
  },
  getProject: async ({ params }) => ({ status: 200, body: await projects.require(params.project) }),
  listProjects: async ({ query, caller }) => ({
    status: 200,
    body: await projects.list(query, (project) => mayUseProject(caller, project)),
  }),
  deleteProject: async ({ params }) => {
    await projects.delete(params.project);
    return { status: 204 };
  },
  verifyProject: async ({ params }) => ({ status: 200, body: await projects.verify(params.project) }),
  getThresholds: async ({ params }) => ({ status: 200, body: await projects.thresholds(params.project) }),
  putThresholds: async ({ params, body }) => ({
    status: 200,
    body: await projects.putThresholds(params.project, body),
  }),
});
