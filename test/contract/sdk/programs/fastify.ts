// A user's Fastify application, watched by `--import headroom/register`.
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { flush } from 'headroom/register';
import { answerTheTest } from './answer-the-test.ts';

const app = fastify();
app.addHook('onRequest', async (request, reply) => {
  if (request.url.startsWith('/closed')) await reply.code(403).send('no');
});
app.get('/', async () => 'home');
app.get('/closed/:door', async () => 'never');
app.get<{ Params: { id: string } }>('/products/:id', async ({ params }) => ({ id: params.id }));
app.register(
  async (orders) => {
    orders.get('/', async () => 'all');
    orders.post('/:order/items', async (_, reply) => reply.code(201).send('added'));
    orders.get('/:order/broken', async () => {
      throw new Error('broken');
    });
  },
  { prefix: '/customers/:customer/orders' },
);

await app.listen({ port: 0, host: '127.0.0.1' });
answerTheTest(flush, (app.server.address() as AddressInfo).port);
