import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operations, route, routes } from '../../../lib/contracts/routes.ts';
import { createRouteTable } from '../../../lib/local/gateway/route-table.ts';

const table = createRouteTable(Object.values(routes), 'platform-api');

describe('the route table', () => {
  it('finds every route of the contract with its parameters', () => {
    const segment = fc.stringMatching(/^[a-zA-Z0-9._~-]{1,20}$/);
    fc.assert(
      fc.property(
        fc.constantFrom(...operations),
        fc.array(segment, { minLength: 5, maxLength: 5 }),
        (operation, values) => {
          const { method, path, function: name } = route(operation);
          const names = [...path.matchAll(/\{(\w+)\+?\}/g)].map((match) => match[1] ?? '');
          const expected = Object.fromEntries(names.map((parameter, index) => [parameter, values[index] ?? '']));
          const asked = path.replace(/\{(\w+)\+?\}/g, (_, parameter: string) => expected[parameter] ?? '');
          expect(table(method, asked)).toEqual({
            routeKey: `${method} ${path}`,
            function: name,
            pathParameters: expected,
          });
        },
      ),
    );
  });

  it.each([
    ['PATCH', '/v1/projects'],
    ['HEAD', '/health'],
    ['PUT', '/'],
    ['GET', '/v1/projects/'],
    ['GET', '/v1/projects/a/b/c'],
    ['GET', '/v1//status'],
  ])('gives what no route matches to the default: %s %s', (method, path) => {
    expect(table(method, path)).toEqual({ routeKey: '$default', function: 'platform-api', pathParameters: {} });
  });

  it('prefers the most specific route, and takes a greedy parameter last', () => {
    const match = createRouteTable(
      [
        { method: 'GET', path: '/c/{ns}/{key+}', function: 'tasks-api' },
        { method: 'GET', path: '/c/{ns}/stats', function: 'load-api' },
        { method: 'GET', path: '/c/{ns}/{key}', function: 'checks-api' },
      ],
      'platform-api',
    );
    expect(match('GET', '/c/shop/stats')).toMatchObject({ function: 'load-api', pathParameters: { ns: 'shop' } });
    expect(match('GET', '/c/shop/a')).toMatchObject({ function: 'checks-api', pathParameters: { key: 'a' } });
    expect(match('GET', '/c/shop/a/b')).toMatchObject({ function: 'tasks-api', pathParameters: { key: 'a/b' } });
    expect(match('GET', '/c/shop/')).toMatchObject({ function: 'platform-api' });
  });
});
