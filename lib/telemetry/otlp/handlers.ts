import type { BytesBody } from '../../contracts/route.ts';
import type { Handlers } from '../../platform/http/door.ts';
import type { Signal } from './messages.ts';
import type { OtlpService } from './service.ts';
import { exportAnswer, type Rejected } from './wire.ts';

const answered = (signal: Signal, rejected: Rejected, { contentType }: BytesBody) => ({
  status: 200 as const,
  ...exportAnswer(signal, rejected, contentType),
});

export const otlpHandlers = (
  otlp: OtlpService,
): Pick<Handlers<'telemetry-api'>, 'exportOtlpTraces' | 'exportOtlpMetrics' | 'exportOtlpLogs'> => ({
  exportOtlpTraces: async ({ body, caller, headers }) =>
    answered('traces', await otlp.traces(body, { caller, project: headers['headroom-project'] }), body),
  exportOtlpMetrics: async ({ body, caller, headers }) =>
    answered('metrics', await otlp.metrics(body, { caller, project: headers['headroom-project'] }), body),
  exportOtlpLogs: async ({ body }) => answered('logs', otlp.logs(body), body),
});
