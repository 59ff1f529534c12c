// The service that is watched: `service.ts hello|ordinary`. Tells its port, and, when asked, the processor time that it has used.
import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';

const catalogue = JSON.stringify(
  Array.from({ length: 700 }, (_, id) => ({ id, name: `Product ${id}`, tags: ['new', 'sale'], price: id * 1.1 })),
);

/** About half a millisecond of what services do: read JSON, choose, sort, hash and write JSON. */
function ordinaryWork(id: number): unknown {
  const products: { id: number; name: string; price: number }[] = JSON.parse(catalogue);
  const chosen = products.filter(({ price }) => price % 7 > id % 5).sort((a, b) => b.price - a.price);
  const page = chosen.slice(0, 20);
  return { page, etag: createHash('sha1').update(JSON.stringify(page)).digest('hex') };
}

const app = fastify();
if (process.env.BENCH_FASTIFY_METRICS !== undefined) {
  const { default: metrics } = await import('fastify-metrics');
  await app.register(metrics.default, { endpoint: '/metrics' });
}
app.get('/hello', async () => ({ hello: 'world' }));
app.get<{ Params: { id: string } }>('/products/:id', async ({ params }) => ordinaryWork(Number(params.id)));
await app.listen({ port: 0, host: '127.0.0.1' });

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuUs: user + system, rssMb: process.memoryUsage.rss() / 2 ** 20 });
});
process.once('disconnect', () => process.exit());
process.send?.({ port: (app.server.address() as AddressInfo).port });
