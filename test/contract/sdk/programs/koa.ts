// A user's Koa application with `@koa/router`, watched by `--import headroom/register`.
import type { AddressInfo } from 'node:net';
import { Router } from '@koa/router';
import { flush } from 'headroom/register';
import Koa from 'koa';
import { answerTheTest } from './answer-the-test.ts';

const app = new Koa();
app.silent = true;
app.use(async (context, next) => {
  context.set('x-mine', 'kept');
  if (context.path.startsWith('/closed')) context.status = 403;
  else await next();
});

const orders = new Router();
orders.get('/', (context) => {
  context.body = 'all';
});
orders.post('/:order/items', (context) => {
  context.status = 201;
});
orders.get('/:order/broken', () => {
  throw new Error('broken');
});

const router = new Router();
router.get('/', (context) => {
  context.body = 'home';
});
router.get('/products/:id', (context) => {
  context.body = { id: context.params.id };
});
router.use('/customers/:customer/orders', orders.routes());
app.use(router.routes()).use(router.allowedMethods());

const server = app.listen(0, '127.0.0.1', () => answerTheTest(flush, (server.address() as AddressInfo).port));
