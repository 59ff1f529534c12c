/** What is asked of every service that stands on a framework: all of them have these routes. */
export const shopRequests = [
  ['GET', '/'],
  ['GET', '/products/mug'],
  ['GET', '/products/a-very-fine-tea-pot-of-china?x=1'],
  ['GET', '/customers/7/orders'],
  ['POST', '/customers/7/orders/o-1/items'],
  ['POST', '/customers/8/orders/o-2/items'],
  ['GET', '/customers/7/orders/o-1/broken'],
  ['GET', '/nowhere/4711'],
  ['GET', '/closed/front'],
] as const;

const named = {
  'GET /': { 200: 1 },
  'GET /products/:id': { 200: 2 },
  'GET /customers/:customer/orders': { 200: 1 },
  'POST /customers/:customer/orders/:order/items': { 201: 2 },
  'GET /customers/:customer/orders/:order/broken': { 500: 1 },
  'GET /nowhere/:id': { 404: 1 },
};

const withHooks = { ...named, 'GET /closed/:door': { 403: 1 } };
/** What a middleware answers belongs to none of their routes. */
const withMiddleware = { ...named, 'GET /closed/front': { 403: 1 } };

/** The endpoints that come of these requests, by status. */
export const shopEndpoints = {
  express: {
    'GET /': { 200: 1 },
    'GET /products/:id': { 200: 2 },
    // Express does not tell where a router is mounted by its pattern.
    'GET /customers/:id/orders': { 200: 1 },
    'POST /customers/:id/orders/:order/items': { 201: 2 },
    'GET /customers/:id/orders/:order/broken': { 500: 1 },
    // None of its routes: a path that was not found, and what a middleware answered.
    'GET /nowhere/:id': { 404: 1 },
    'GET /closed/front': { 403: 1 },
  },
  fastify: withHooks,
  nest: withHooks,
  hono: withMiddleware,
  'hono-required.cjs': withMiddleware,
  koa: withMiddleware,
  'koa-required.cjs': withMiddleware,
} as const;
