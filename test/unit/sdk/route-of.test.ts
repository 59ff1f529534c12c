import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterPath } from '../../../lib/contracts/route-pattern.ts';
import { pathOf } from '../../../lib/sdk/telemetry/route-of.ts';

describe('the route of a request to an unknown framework', () => {
  it.each([
    ['/', '/'],
    ['/products', '/products'],
    ['/api/v1/products/4711', '/api/v1/products/:id'],
    ['/api/v2024/x', '/api/v2024/x'],
    ['/users/123e4567-e89b-12d3-a456-426614174000/orders', '/users/:id/orders'],
    ['/commits/9fceb02d0ae598e95dc970b74767f19372d61af8', '/commits/:id'],
    ['/commits/9fceb02', '/commits/9fceb02'],
    ['/files/deadbeef', '/files/deadbeef'],
    ['/files/dead6eef', '/files/:id'],
    ['/days/2026-01-31', '/days/:id'],
    ['/posts/12-a-title', '/posts/:id'],
    ['/posts/a-title-that-is-much-longer-than-names-are', '/posts/:id'],
    ['/orders/ord_00123456', '/orders/:id'],
    ['/users/ann@example.com', '/users/:id'],
    ['/tags/caf%C3%A9', '/tags/:id'],
    ['/2fa', '/2fa'],
    ['/a/b/c/d/e/f/g/h/i/j/k', '/a/b/c/d/e/f/g/h/i/*'],
  ])('%s is %s', (path, route) => {
    expect(clusterPath(path)).toBe(route);
  });

  it('fits the contract and is stable, whatever the path', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (segments) => {
        const path = `/${segments.join('/')}`;
        const route = clusterPath(path);
        expect(route.length).toBeGreaterThan(0);
        expect(route.length).toBeLessThanOrEqual(300);
        expect(clusterPath(route)).toBe(route);
      }),
    );
  });

  it('is that of the original URL, without query string or origin', () => {
    const asked = (url: string, original?: string): string => {
      const request = new IncomingMessage(new Socket());
      request.url = url;
      return pathOf(original === undefined ? request : Object.assign(request, { originalUrl: original }));
    };
    expect(asked('/a/b?c=/d#e')).toBe('/a/b');
    expect(asked('/b', '/mounted/b?x')).toBe('/mounted/b');
    expect(asked('http://host:80/a?b')).toBe('/a');
    expect(asked('http://host')).toBe('/');
    expect(asked('*')).toBe('*');
  });
});
