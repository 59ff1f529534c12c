import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NetworkGuard } from '../../../../lib/load/artillery/network-guard.ts';
import { prepareArtillery } from '../../../../lib/load/artillery/run.ts';
import { planOf, playScript, type ScriptTarget, scriptOf, startScriptTarget } from '../../../support/artillery-run.ts';

let target: ScriptTarget;
let other: ScriptTarget;
beforeAll(async () => {
  target = await startScriptTarget();
  other = await startScriptTarget();
});
afterAll(async () => {
  await target.close();
  await other.close();
});

const play = (flow: string, hostname = '127.0.0.1') =>
  playScript(planOf(scriptOf(1, 0.1, flow), { ...target.origin, hostname }));

describe('The guard', () => {
  const guard = new NetworkGuard();
  guard.allow({ protocol: 'https:', hostname: 'shop.example', port: 443 }, []);
  it.each([
    ['https://shop.example/a', undefined, true],
    ['https://shop.example:443/a', 'shop.example', true],
    ['https://SHOP.example/a', 'Shop.Example', true],
    ['https://shop.example/a', 'bank.example', false],
    ['http://shop.example/a', undefined, false],
    ['https://shop.example:444/a', undefined, false],
    ['https://shop.example.evil/a', undefined, false],
    ['https://shop.example@evil.example/a', undefined, false],
  ])('asked for %s with the Host %s', (url, host, isInside) => {
    const ask = (): void => guard.requireInside(new URL(url), host);
    if (isInside) expect(ask).not.toThrow();
    else expect(ask).toThrow('is not the target of this test');
  });
});

describe('What a script reaches', () => {
  it.each([
    ['a redirect to another port', () => `[{ get: { url: '/to?http://127.0.0.1:${other.port}/x' } }]`],
    ['a redirect to another name', () => `[{ get: { url: '/to?http://localhost:${other.port}/x' } }]`],
    [
      'a redirect to another name of the same port',
      () => `[{ get: { url: '/to?http://localhost:${target.port}/x' } }]`,
    ],
    ['a redirect to a metadata service', () => `[{ get: { url: '/to?http://169.254.169.254/latest/meta-data/' } }]`],
    ['a redirect to one in decimal', () => `[{ get: { url: '/to?http://2852039166/latest/meta-data/' } }]`],
    [
      'a redirect to its own address, mapped into IPv6',
      () => `[{ get: { url: '/to?http://[::ffff:127.0.0.1]:${target.port}/x' } }]`,
    ],
    ['a redirect to TLS', () => `[{ get: { url: '/to?https://127.0.0.1:${target.port}/x' } }]`],
    [
      'a captured URL',
      () =>
        `[{ get: { url: '/a?http://127.0.0.1:${other.port}/x', capture: { json: $.url, as: next } } }, { get: { url: '{{ next }}' } }]`,
    ],
  ])('is not %s', async (_, flow) => {
    const before = target.total();
    const { outcome, reports } = await play(flow());
    expect(other.total() + other.connections()).toBe(0);
    expect(outcome).toMatchObject({ requests: 1, successful: 1, connectionFailures: 1 });
    expect(target.total() - before).toBe(1);
    expect(reports.flatMap(({ connectionFailures }) => Object.keys(connectionFailures))).toEqual(['outside-target']);
    expect(outcome.metrics.counters).toMatchObject({ 'vusers.failed': 1, 'errors.outside-target': 1 });
  });

  it('is the checked address of a name, whatever the name means here', async () => {
    const before = target.total();
    // Nobody could look this up.
    const { outcome } = await play('[{ get: { url: /a } }]', 'shop.invalid');
    expect(outcome).toMatchObject({ requests: 1, successful: 1, connectionFailures: 0 });
    expect(target.total() - before).toBe(1);
  });

  it('is nothing while no address is checked', async () => {
    const before = target.connections();
    const plan = planOf(scriptOf(1, 0.1, '[{ get: { url: /a } }]'), target.origin);
    const { outcome } = await playScript(plan, { addresses: () => [] });
    expect(outcome).toMatchObject({ requests: 0, connectionFailures: 1 });
    expect(target.connections()).toBe(before);
  });

  it('follows the addresses as they are checked again', async () => {
    let address = '127.0.0.2';
    const plan = planOf(scriptOf(20, 2, '[{ get: { url: /a } }]'), { ...target.origin, hostname: 'shop.invalid' });
    const { outcome } = await playScript(plan, {
      addresses: () => [address],
      onInterval: ({ interval }) => {
        if (interval === 4) address = '127.0.0.1';
      },
    });
    expect(outcome.requests).toBeGreaterThan(0);
    expect(outcome.connectionFailures).toBeGreaterThan(0);
    expect(outcome.requests + outcome.connectionFailures).toBe(20);
  });
});

describe('What a script can do', () => {
  it('is not to read the environment, even by a name that the target gave it', async () => {
    process.env.HEADROOM_TEST_SECRET = 'confidential';
    const name = encodeURIComponent('{{ $processEnvironment.HEADROOM_TEST_SECRET }}{{ $env.HEADROOM_TEST_SECRET }}');
    const capture = 'capture: { json: $.url, as: name }';
    await play(`[{ get: { url: '/a?${name}', ${capture} } }, { post: { url: /seen, body: 'is: {{ name }}' } }]`);
    delete process.env.HEADROOM_TEST_SECRET;
    expect(target.bodies['/seen']).toEqual(['is: undefinedundefined']);
  });

  it.each([
    ["$..[?(@.constructor.constructor('return process')().exit(1))]"],
    ["$..[?(@['constructor']['constructor']('return process')().exit(1))]"],
    ["$[?(p='constructor';''[p][p]('return process')().exit(1))]"],
    ['$..[?((function f(){while(1);})())]'],
  ])('is not to run code in a JSONPath: %s', async (path) => {
    const { outcome } = await play(JSON.stringify([{ get: { url: '/a', capture: { json: path, as: 'x' } } }]));
    expect(outcome).toMatchObject({ reason: 'completed', requests: 1, failed: 1 });
  });

  it.each([
    ['a variable that holds itself', "variables: { a: '{{ a }}{{ a }}' }", "[{ get: { url: '/{{ a }}' } }]"],
    [
      'a pattern without end',
      '',
      `[{ get: { url: '/a?${'a'.repeat(60)}', capture: { regexp: '(a+)+$|(a|aa)+b', as: x } } }]`,
    ],
  ])('is not to keep the platform busy with %s: it is stopped, and says so', async (_, config, flow) => {
    const stop = new AbortController();
    const { outcome } = prepareArtillery().play(planOf(scriptOf(1, 0.1, flow, config), target.origin), {
      startAtEpochMs: Date.now(),
      addresses: () => ['127.0.0.1'],
      signal: stop.signal,
      onInterval: () => setTimeout(() => stop.abort(), 500),
    });
    setTimeout(() => stop.abort(), 6000);
    expect(
      (await Promise.race([outcome, outcome.catch((error: Error) => ({ reason: error.message }))])).reason,
    ).toMatch(/aborted|memory/i);
  });
});
