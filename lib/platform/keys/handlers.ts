import type { ApiKey, CreateKeyRequest } from '../../contracts/keys.ts';
import { DomainError } from '../errors.ts';
import { type Caller, mayUseProject } from '../http/authenticate.ts';
import type { Handlers } from '../http/door.ts';
import type { KeyService } from './service.ts';

export const keyHandlers = (
  service: KeyService,
): Pick<Handlers<'platform-api'>, 'createKey' | 'listKeys' | 'rotateKey' | 'revokeKey'> => {
  const managed = async (caller: Caller, keyId: string): Promise<ApiKey> => {
    const key = await service.get(keyId);
    if (isManagedBy(caller, key)) return key;
    throw new DomainError('forbidden', 'This key is for more than the projects that your key is bound to.');
  };
  return {
    createKey: async ({ body, caller }) => {
      if (caller.projects !== undefined) requireWithin(caller, body);
      const limit = body.requestsPerMinute ?? (caller.projects === undefined ? undefined : caller.requestsPerMinute);
      const request = limit === undefined ? body : { ...body, requestsPerMinute: limit };
      return { status: 201, body: await service.create(request, `${caller.name} (${caller.id})`) };
    },
    listKeys: async ({ query, caller }) => ({
      status: 200,
      body: await service.list(query, (key) => isManagedBy(caller, key)),
    }),
    rotateKey: async ({ params: { keyId }, body, caller }) => {
      await managed(caller, keyId);
      return { status: 200, body: await service.rotate(keyId, body.graceSeconds) };
    },
    revokeKey: async ({ params: { keyId }, caller }) => {
      const { projects } = await managed(caller, keyId);
      await service.revoke(keyId);
      return { status: 204, concerns: projects };
    },
  };
};

/** A caller that is bound to projects manages the keys that are bound to these, or to some of them, and no others. */
const isManagedBy = (caller: Caller, { projects }: Pick<ApiKey, 'projects'>): boolean =>
  caller.projects === undefined || (projects?.every((project) => mayUseProject(caller, project)) ?? false);

/** What a bound caller gives away is no more than it has: neither in projects, nor in time, nor in requests. */
function requireWithin(caller: Caller, request: CreateKeyRequest): void {
  const refused = (why: string): DomainError => new DomainError('forbidden', `Your key is bound to projects: ${why}.`);
  if (!isManagedBy(caller, request)) throw refused('a key that it makes must name `projects`, and only some of these');
  const { requestsPerMinute, expiresAt } = request;
  if (requestsPerMinute !== undefined && requestsPerMinute > (caller.requestsPerMinute ?? 0)) {
    throw refused('it can give a key no more `requestsPerMinute` than it has itself');
  }
  // A token of the issuer lasts for minutes, and says nothing of how long its holder is to be trusted.
  if (caller.kind !== 'api-key' || caller.expiresAt === undefined) return;
  if (expiresAt === undefined || Date.parse(expiresAt) > caller.expiresAt) {
    throw refused('a key that it makes must expire when it does itself, or before');
  }
}
