import type { Handlers } from '../../platform/http/door.ts';
import type { ImportService } from './service.ts';

export const importHandlers = (imports: ImportService): Pick<Handlers<'load-api'>, 'importScenarios'> => ({
  importScenarios: async ({ params, body }) => ({ status: 200, body: await imports.import(params.project, body) }),
});
