// A user's Hono application of CommonJS modules, watched by `--import headroom/register`.
const { serve } = require('@hono/node-server');
const { flush } = require('headroom/register');
const { Hono } = require('hono');

const app = new Hono();
app.use('/closed/*', async (context) => context.text('no', 403));
app.get('/', (context) => context.text('home'));
app.get('/products/:id', (context) => context.json({ id: context.req.param('id') }));

const orders = new Hono();
orders.get('/', (context) => context.text('all'));
orders.post('/:order/items', (context) => context.text('added', 201));
orders.get('/:order/broken', (context) => context.text('no', 500));
app.route('/customers/:customer/orders', orders);

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  process.on('message', () => flush().then(() => process.send('flushed')));
  process.send(`http://127.0.0.1:${port}`);
});
