import { z } from 'zod';
import { projectName } from '../names.ts';
import { otlpContentTypes, otlpMaxBytes } from '../otlp.ts';
import type { Route } from '../route.ts';

const otlp = {
  method: 'POST',
  tag: 'Telemetry',
  scope: 'write',
  function: 'telemetry-api',
  isData: true,
  headers: z.object({
    'headroom-project': projectName
      .optional()
      .describe(
        'Default: what the resource says, the one project that the key is bound to, or that of the service’s name',
      ),
  }),
  takesBytes: true,
  contentTypes: otlpContentTypes,
  maxBodyBytes: otlpMaxBytes,
  answers: {
    200: { description: 'Kept; in the encoding of the request, with what was not', contentType: 'application/json' },
  },
  problems: ['not-found'],
} as const;

/** OTLP/HTTP below `OTEL_EXPORTER_OTLP_ENDPOINT=.../v1/otlp`. Errors are answered as a `google.rpc.Status`. */
export const otlpRoutes = {
  exportOtlpMetrics: {
    ...otlp,
    path: '/v1/otlp/v1/metrics',
    summary: 'Take the metrics of an OpenTelemetry SDK or collector by OTLP; errors are a google.rpc.Status',
  },
  exportOtlpTraces: {
    ...otlp,
    path: '/v1/otlp/v1/traces',
    summary: 'Take the traces of an OpenTelemetry SDK or collector by OTLP; errors are a google.rpc.Status',
  },
  exportOtlpLogs: { ...otlp, path: '/v1/otlp/v1/logs', summary: 'Answers that logs are not kept' },
} as const satisfies Record<string, Route>;
