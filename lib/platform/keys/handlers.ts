import { type Caller, requireUnbound } from '../http/authenticate.ts';
import type { Handlers } from '../http/door.ts';
import type { KeyService } from './service.ts';

export const keyHandlers = (
  service: KeyService,
): Pick<Handlers<'platform-api'>, 'createKey' | 'listKeys' | 'revokeKey'> => ({
  createKey: async ({ body, caller }) => {
    requireUnbound(caller);
    return { status: 201, body: await service.create(body, createdBy(caller)) };
  },
  listKeys: async ({ query, caller }) => {
    requireUnbound(caller);
    return { status: 200, body: await service.list(query) };
  },
  revokeKey: async ({ params, caller }) => {
    requireUnbound(caller);
    await service.revoke(params.keyId);
    return { status: 204 };
  },
});

const createdBy = ({ id, name }: Caller): string => `${name} (${id})`;
