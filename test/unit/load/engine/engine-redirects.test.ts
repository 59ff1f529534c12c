import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineScenario } from '../../../../lib/load/engine/plan.ts';
import { flow, planFor, runUntil, scenario, step, totalsOf } from '../../../support/engine-run.ts';
import { type ShopTarget, startShopTarget } from '../../../support/shop-target.ts';

let target: ShopTarget;
beforeEach(async () => {
  target = await startShopTarget();
});
afterEach(() => target.close());

/** One user makes so many requests or some more, of which he thinks in between. */
const ask = (requests: number, ...scenarios: EngineScenario[]) =>
  runUntil(
    () => target.requests.length >= requests,
    planFor(target.port, { scenarios, thinkTimeMs: 5, durationSeconds: 30 }),
  );

describe('a redirect', () => {
  it('is the answer where following is not asked for', async () => {
    const { outcome, reports } = await ask(3, scenario('/hop/302/1'));
    expect(outcome).toMatchObject({ failed: 0, requests: target.requests.length });
    expect(totalsOf(reports).statuses).toEqual({ 302: outcome.requests });
  });

  it.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [302, 'PUT', 'PUT'],
    [303, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [307, 'POST', 'POST'],
    [308, 'PUT', 'PUT'],
  ])('%i after a %s is followed by a %s', async (status, method, then) => {
    const body = method === 'HEAD' ? {} : { body: { id: '{{seq()}}' } };
    const headers = { 'x-own': 'a', 'content-language': 'en' };
    const { outcome, reports } = await ask(
      3,
      scenario(`/hop/${status}/0`, { method, ...body, headers, followRedirects: 1 }),
    );
    const [first] = target.at(/^\/hop/);
    const [landed] = target.at(/^\/landed/);
    expect(landed).toMatchObject({ method: then, headers: { 'x-own': 'a', host: first?.headers.host } });
    expect(landed?.body).toBe(then === method ? first?.body : '');
    expect(landed?.headers['content-type']).toBe(then === method ? first?.headers['content-type'] : undefined);
    expect(landed?.headers['content-language']).toBe(then === method ? 'en' : undefined);
    // Each is a request for itself, and the server has counted as many.
    expect(outcome).toMatchObject({ failed: 0, requests: target.requests.length });
    expect(totalsOf(reports).statuses).toEqual({
      [status]: target.at(/^\/hop/).length,
      200: target.at(/^\/landed/).length,
    });
    expect(totalsOf(reports).responseTime.count).toBe(target.requests.length);
  });

  it('is followed as often as is asked for, and no more: the last one fails', async () => {
    const { outcome, reports } = await ask(5, scenario('/hop/302/9', { followRedirects: 3 }));
    expect(target.at(/landed/)).toEqual([]);
    expect(outcome.requests).toBe(target.requests.length);
    const { errors, failed } = totalsOf(reports);
    expect(failed).toBe(target.at(/^\/hop\/302\/6$/).length);
    expect(errors).toEqual({ 'redirect-limit': failed });
  });

  it('has its cookies kept on the way, and its last answer looked at', async () => {
    const visit = flow(
      'visit',
      [
        step('/hop/302/1', {
          followRedirects: 5,
          checks: [{ status: 200 }, { jsonPath: '$.path', equals: '/landed' }],
          captures: { hop: { cookie: 'hop1' } },
        }),
        step('/then/{{hop}}'),
      ],
      { cookies: true },
    );
    const { outcome } = await ask(8, visit);
    expect(outcome).toMatchObject({ failed: 0, requests: target.requests.length });
    expect(target.at(/^\/then/)[0]).toMatchObject({ path: '/then/1' });
    expect(target.at(/^\/landed/)[0]?.headers.cookie).toBe(undefined);
    expect(target.at(/^\/hop\/302\/0/)[0]?.headers.cookie).toBe('hop1=1');
  });

  it.each([
    ['another host', () => 'http://other.example/'],
    ['the same host by another name', () => `http://localhost:${target.port}/`],
    ['another port', () => `http://127.0.0.1:${target.port + 1}/`],
    ['another scheme', () => `https://127.0.0.1:${target.port}/`],
    ['a metadata service', () => 'http://169.254.169.254/latest/meta-data/'],
    ['a metadata service in decimal', () => 'http://2852039166/latest/meta-data/'],
    ['a private address', () => 'http://10.0.0.1/'],
    ['a private address in hexadecimal', () => 'http://0x0a.1/'],
    ['the target’s own address, mapped into IPv6', () => `http://[::ffff:127.0.0.1]:${target.port}/`],
    ['a host without a scheme', () => '//other.example/x'],
    ['a backslash for a slash', () => '/\\other.example/x'],
    ['something that is no URL', () => 'http://[::bad/'],
    ['a script', () => 'javascript:alert(1)'],
  ])('to %s is refused', async (_, to) => {
    const { outcome, reports } = await ask(3, scenario('/away', { query: { to: to() }, followRedirects: 3 }));
    expect(outcome).toMatchObject({ successful: 0, requests: target.requests.length });
    expect(target.at(/^(?!\/away)/)).toEqual([]);
    expect(totalsOf(reports).errors).toEqual({ 'redirect-refused': outcome.requests });
    const figures = reports.map(({ scenarios }) => scenarios['/away']).find((each) => each !== undefined);
    expect(figures?.errors['redirect-refused']?.example).toContain('which is not the target');
  });

  it.each([
    ['relative to the path', 'landed?x=1#part', '/landed?x=1'],
    ['absolute', () => `http://127.0.0.1:${target.port}/landed`, '/landed'],
    ['with what a URL must not have', '/landed/a b\u00fc', '/landed/a%20b%C3%BC'],
  ])('is resolved when it is %s', async (_, to, path) => {
    const { outcome } = await ask(
      3,
      scenario('/away', {
        query: { to: typeof to === 'string' ? Buffer.from(to).toString('latin1') : to() },
        followRedirects: 1,
      }),
    );
    expect(outcome.failed).toBe(0);
    expect(target.at(/^\/landed/)[0]?.path).toBe(path);
  });
});
