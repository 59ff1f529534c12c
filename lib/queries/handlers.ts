import type { Handlers } from '../platform/http/door.ts';
import type { QueryService } from './service.ts';

export const queryHandlers = (queries: QueryService): Handlers<'queries-api'> => ({
  analyseQuery: async ({ body }) => ({ status: 200, body: await queries.analyse(body) }),
});
