import { fileURLToPath, pathToFileURL } from 'node:url';

const moduleAt = (path: string): string => pathToFileURL(fileURLToPath(new URL(path, import.meta.url))).href;
const openTelemetry = moduleAt('../../peers/bench/telemetry/opentelemetry.ts');

/** How a service is watched. */
export interface Watcher {
  /** Modules that are loaded before it. */
  imports: readonly string[];
  env: (sinkUrl: string) => NodeJS.ProcessEnv;
}

const openTelemetryEnv = (sinkUrl: string, signals: { traces: string; metrics: string }): NodeJS.ProcessEnv => ({
  OTEL_SERVICE_NAME: 'bench',
  OTEL_EXPORTER_OTLP_ENDPOINT: sinkUrl,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
  OTEL_TRACES_EXPORTER: signals.traces,
  OTEL_METRICS_EXPORTER: signals.metrics,
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_METRIC_EXPORT_INTERVAL: '10000',
  OTEL_METRIC_EXPORT_TIMEOUT: '5000',
});

export const watchers = {
  nothing: { imports: [], env: () => ({}) },
  'an empty register': { imports: [moduleAt('./empty.ts')], env: () => ({}) },
  headroom: {
    imports: ['headroom/register'],
    env: (sinkUrl) => ({ HEADROOM_URL: sinkUrl, HEADROOM_API_KEY: 'hr_bench', HEADROOM_PROJECT: 'bench' }),
  },
  'opentelemetry metrics': {
    imports: [openTelemetry],
    env: (sinkUrl) => openTelemetryEnv(sinkUrl, { traces: 'none', metrics: 'otlp' }),
  },
  'opentelemetry traces': {
    imports: [openTelemetry],
    env: (sinkUrl) => openTelemetryEnv(sinkUrl, { traces: 'otlp', metrics: 'none' }),
  },
  'fastify-metrics': { imports: [], env: () => ({ BENCH_FASTIFY_METRICS: 'yes' }) },
} as const satisfies Record<string, Watcher>;

export type WatcherName = keyof typeof watchers;
export const watcherNames = Object.keys(watchers) as WatcherName[];
