// A user's Koa application of CommonJS modules, watched by `--import headroom/register`.
const { Router } = require('@koa/router');
const { flush } = require('headroom/register');
const Koa = require('koa');

const app = new Koa();
app.use(async (context, next) => {
  if (context.path.startsWith('/closed')) context.status = 403;
  else await next();
});

const router = new Router();
router.get('/', (context) => {
  context.body = 'home';
});
router.get('/products/:id', (context) => {
  context.body = { id: context.params.id };
});
const orders = new Router({ prefix: '/customers/:customer/orders' });
orders.get('/', (context) => {
  context.body = 'all';
});
orders.post('/:order/items', (context) => {
  context.status = 201;
});
orders.get('/:order/broken', (context) => {
  context.status = 500;
});
app.use(orders.routes()).use(router.routes());

const server = app.listen(0, '127.0.0.1', () => {
  process.on('message', () => flush().then(() => process.send('flushed')));
  process.send(`http://127.0.0.1:${server.address().port}`);
});
