import { requireUnbound } from '../../platform/http/authenticate.ts';
import type { Handlers } from '../../platform/http/door.ts';
import type { ProfileService } from './service.ts';

type ProfileOperation =
  | 'listProfiles'
  | 'getProfile'
  | 'putProfile'
  | 'deleteProfile'
  | 'getProjectProfile'
  | 'putProjectProfile';

/** Profiles are the whole deployment's: who may use some projects only may choose among them, and not change them. */
export const profileHandlers = (profiles: ProfileService): Pick<Handlers<'optimization-api'>, ProfileOperation> => ({
  listProfiles: async ({ query }) => ({ status: 200, body: await profiles.list(query) }),
  getProfile: async ({ params }) => ({ status: 200, body: await profiles.get(params.profileId) }),
  putProfile: async ({ params, body, caller }) => {
    requireUnbound(caller);
    const { profile, created } = await profiles.put(params.profileId, body);
    return { status: created ? 201 : 200, body: profile };
  },
  deleteProfile: async ({ params, caller }) => {
    requireUnbound(caller);
    await profiles.delete(params.profileId);
    return { status: 204 };
  },
  getProjectProfile: async ({ params }) => ({ status: 200, body: await profiles.ofProject(params.project) }),
  putProjectProfile: async ({ params, body }) => ({
    status: 200,
    body: await profiles.choose(params.project, body.profileId),
  }),
});
