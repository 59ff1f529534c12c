// A user's Hono application, watched by `--import headroom/register`.
import { serve } from '@hono/node-server';
import { flush } from 'headroom/register';
import { Hono } from 'hono';
import { answerTheTest } from './answer-the-test.ts';

const app = new Hono();
app.use('*', async (context, next) => {
  await next();
  context.header('x-mine', 'kept');
});
app.use('/closed/*', async (context) => context.text('no', 403));
app.get('/', (context) => context.text('home'));
app.get('/closed/:door', (context) => context.text('never'));
app.get('/products/:id', (context) => context.json({ id: context.req.param('id') }));

const orders = new Hono();
orders.get('/', (context) => context.text('all'));
orders.post('/:order/items', (context) => context.text('added', 201));
orders.get('/:order/broken', () => {
  throw new Error('broken');
});
app.route('/customers/:customer/orders', orders);
app.onError((_, context) => context.text('no', 500));

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => answerTheTest(flush, port));
