import { z } from 'zod';
import { projectName } from '../names.ts';
import { exportAnswerOf, otlpContentTypes, otlpMaxBytes } from '../otlp.ts';
import type { EncodedBody, Route } from '../route.ts';
import { rpcStatus } from '../rpc-status.ts';

const inEither = (json: z.ZodType): EncodedBody => ({
  'application/json': json,
  'application/x-protobuf': 'bytes',
});

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
  problems: ['not-found'],
  problemsAs: { name: 'RpcStatus', encodings: inEither(rpcStatus) },
} as const;

const answers = (rejected: string) => ({
  200: {
    description: 'Kept; in the encoding of the request, with what was not',
    encodings: inEither(exportAnswerOf(rejected)),
  },
});

/** OTLP/HTTP below `OTEL_EXPORTER_OTLP_ENDPOINT=.../v1/otlp`. Errors are answered as a `google.rpc.Status`. */
export const otlpRoutes = {
  exportOtlpMetrics: {
    ...otlp,
    path: '/v1/otlp/v1/metrics',
    answers: answers('rejectedDataPoints'),
    summary: 'Take the metrics of an OpenTelemetry SDK or collector by OTLP; errors are a google.rpc.Status',
  },
  exportOtlpTraces: {
    ...otlp,
    path: '/v1/otlp/v1/traces',
    answers: answers('rejectedSpans'),
    summary: 'Take the traces of an OpenTelemetry SDK or collector by OTLP; errors are a google.rpc.Status',
  },
  exportOtlpLogs: {
    ...otlp,
    path: '/v1/otlp/v1/logs',
    answers: answers('rejectedLogRecords'),
    summary: 'Answers that logs are not kept',
  },
} as const satisfies Record<string, Route>;
