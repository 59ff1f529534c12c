import type { Handlers } from '../../platform/http/door.ts';
import type { DatabaseService } from './service.ts';

type DatabaseOperation =
  | 'listRegisteredDatabases'
  | 'getRegisteredDatabase'
  | 'registerDatabase'
  | 'unregisterDatabase';

export const databaseHandlers = (
  databases: DatabaseService,
): Pick<Handlers<'optimization-api'>, DatabaseOperation> => ({
  listRegisteredDatabases: async ({ params }) => ({
    status: 200,
    body: { items: await databases.list(params.project) },
  }),
  getRegisteredDatabase: async ({ params }) => ({
    status: 200,
    body: await databases.get(params.project, params.name),
  }),
  registerDatabase: async ({ params, body }) => ({
    status: 200,
    body: await databases.put(params.project, params.name, body),
  }),
  unregisterDatabase: async ({ params }) => {
    await databases.delete(params.project, params.name);
    return { status: 204 };
  },
});
