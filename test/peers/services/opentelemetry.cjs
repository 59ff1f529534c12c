// A service that knows of OpenTelemetry, and not of Headroom: everything that it needs to report there stands in its environment.
const { NodeSDK } = require('@opentelemetry/sdk-node');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { FastifyOtelInstrumentation } = require('@fastify/otel');

const sdk = new NodeSDK({
  instrumentations: [new HttpInstrumentation(), new FastifyOtelInstrumentation({ registerOnInitialization: true })],
});
sdk.start();

const fastify = require('fastify');
const { setTimeout: delay } = require('node:timers/promises');

const service = fastify();
service.get('/products/:id', async (request, reply) => {
  await delay(Number(request.query.ms ?? 0));
  reply.code(Number(request.query.status ?? 200));
  return { id: request.params.id };
});

process.on('message', async () => {
  await sdk.shutdown();
  process.send('reported');
  process.disconnect();
  await service.close();
});
service.listen({ port: 0, host: '127.0.0.1' }).then((address) => process.send(address));
