// A user's Express application, watched by `--import headroom/register`.
import type { AddressInfo } from 'node:net';
import express from 'express';
import { flush } from 'headroom/register';
import { answerTheTest } from './answer-the-test.ts';

const app = express();
app.use('/closed', (_, response) => void response.status(403).send('no'));
app.get('/', (_, response) => void response.send('home'));
app.get('/products/:id', (request, response) => void response.json({ id: request.params.id }));
app.get(/^\/by-pattern\/.+$/, (_, response) => void response.send('ok'));

const orders = express.Router({ mergeParams: true });
orders.get('/', (_, response) => void response.send('all'));
orders.post('/:order/items', (_, response) => void response.status(201).send('added'));
orders.get('/:order/broken', () => {
  throw new Error('broken');
});
app.use('/customers/:customer/orders', orders);

const silent: express.ErrorRequestHandler = (_error, _request, response, _next) => void response.status(500).send('no');
app.use(silent);

const server = app.listen(0, '127.0.0.1', () => answerTheTest(flush, (server.address() as AddressInfo).port));
