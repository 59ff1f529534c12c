import type { CheckBody } from './follow-check.ts';
import { scenarioOf } from './target-project.ts';

/** Traffic as of a small shop's visitors, on every page of the demo; 4 parts of 14 are requests for one product. */
export const demoCheck: CheckBody = {
  loadTest: {
    scenarios: [
      { name: 'GET /', method: 'GET', path: '/', weight: 2 },
      { name: 'GET /products', method: 'GET', path: '/products?page={{random(1,200)}}', weight: 3 },
      { name: 'POST /search', method: 'POST', path: '/search', weight: 2, body: { q: '{{randomWord()}}' } },
      { name: 'GET /api/v1/products/{id}', method: 'GET', path: '/api/v1/products/{{random(1,10000)}}', weight: 4 },
      { name: 'GET .../stock', method: 'GET', path: '/api/v1/products/{{random(1,10000)}}/stock', weight: 1 },
      { name: 'GET .../label', method: 'GET', path: '/api/v1/products/{{random(1,10000)}}/label', weight: 1 },
      { name: 'POST /orders', method: 'POST', path: '/orders', weight: 1, body: { productId: 42, pieces: 1 } },
    ],
    users: 20,
    thinkTimeMs: { min: 200, max: 800 },
    durationSeconds: 15,
    rampUpSeconds: 3,
    timeoutMs: 10_000,
    workers: 2,
  },
};

/** Gentle: nothing is known of the user's own service yet. */
export const targetCheck = (target: URL): CheckBody => ({
  loadTest: {
    scenarios: [scenarioOf(target)],
    users: 10,
    thinkTimeMs: { min: 500, max: 1500 },
    durationSeconds: 15,
    rampUpSeconds: 3,
    timeoutMs: 10_000,
    workers: 2,
  },
});
