// Loaded before a service (`--import`): OpenTelemetry's SDK as its documentation has it, told the rest by its variables.
import { register } from 'node:module';
import { FastifyOtelInstrumentation } from '@fastify/otel';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeSDK } from '@opentelemetry/sdk-node';

register('import-in-the-middle/hook.mjs', import.meta.url);
const traces = process.env.OTEL_TRACES_EXPORTER !== 'none';
new NodeSDK({
  instrumentations: [
    new HttpInstrumentation(),
    ...(traces ? [new FastifyOtelInstrumentation({ registerOnInitialization: true })] : []),
  ],
}).start();
