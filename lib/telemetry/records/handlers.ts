import type { Handlers } from '../../platform/http/door.ts';
import type { RequestRecordService } from './service.ts';

export const requestRecordHandlers = (
  records: RequestRecordService,
): Pick<Handlers<'telemetry-api'>, 'ingestRequests'> => ({
  ingestRequests: async ({ params, body }) => ({ status: 202, body: await records.ingest(params.project, body) }),
});
