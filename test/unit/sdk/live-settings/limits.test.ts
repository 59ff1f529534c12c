import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type LiveSettings, liveSettings } from '../../../../lib/contracts/live-settings.ts';
import { SettingEffects } from '../../../../lib/sdk/live-settings/effects.ts';
import { limited, limitSettings } from '../../../../lib/sdk/live-settings/limit-settings.ts';
import { bounded, type SettingsLimits } from '../../../../lib/sdk/live-settings/limits.ts';
import { OwnErrors } from '../../../../lib/sdk/telemetry/own-errors.ts';

const optional = <Shape extends Record<string, fc.Arbitrary<unknown>>>(shape: Shape) =>
  fc.record(shape, { requiredKeys: [] });
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const endpoints = ['GET /a', 'GET /b/:id', 'HEAD /c'];
const poolNames = ['main', 'reports', '__proto__'];

const settingsArbitrary: fc.Arbitrary<LiveSettings> = optional({
  responseCaching: fc.array(
    fc.record({
      endpoint: fc.constantFrom(...endpoints),
      ttlSeconds: number(0.1, 86_400),
      staleWhileRevalidateSeconds: number(0, 86_400),
    }),
    { maxLength: 4 },
  ),
  ttlMultiplier: number(0.1, 10),
  compression: fc.record({ aboveBytes: fc.nat(10_000_000) }),
  pools: fc.array(fc.record({ pool: fc.constantFrom(...poolNames), size: fc.integer({ min: 1, max: 10_000 }) })),
  concurrency: fc.record({ maxRequests: fc.integer({ min: 1, max: 100_000 }), maxWaiting: fc.nat(100_000) }),
  keepAlive: optional({ incomingSeconds: number(1, 3_600), outgoing: fc.boolean() }),
  sampling: optional({ slowRequests: fc.nat(50), flushSeconds: number(1, 60) }),
  memory: fc.record({ trimAtPercent: number(30, 95), collectGarbage: fc.boolean() }),
  cachePolicy: optional({ memoryLimitMb: number(1, 1_000), maxEntries: fc.integer({ min: 1, max: 1_000 }) }),
}) as fc.Arbitrary<LiveSettings>;

const range = fc.tuple(number(0, 100), number(0, 1_000)).map(([min, above]) => ({ min, max: min + above }));
const maybe = <T>(limit: fc.Arbitrary<T>) => fc.oneof(fc.constant(false as const), limit);
const limitsArbitrary = optional({
  responseCaching: maybe(optional({ endpoints: fc.subarray(endpoints), maxTtlSeconds: number(1, 1_000) })),
  ttlMultiplier: maybe(range),
  compression: maybe(optional({ minAboveBytes: fc.nat(5_000) })),
  pools: maybe(fc.dictionary(fc.constantFrom('main', '*'), maybe(range))),
  concurrency: maybe(optional({ minRequests: fc.integer({ min: 1, max: 50 }), maxWaiting: fc.nat(500) })),
  keepAlive: maybe(optional({ maxIncomingSeconds: number(1, 100), outgoing: fc.constant(false as const) })),
  sampling: maybe(optional({ maxFlushSeconds: number(1, 30) })),
  memory: maybe(optional({ trimAtPercent: range, collectGarbage: fc.constant(false as const) })),
  cachePolicy: maybe(optional({ memoryLimitMb: range, maxEntries: range })),
}) as fc.Arbitrary<SettingsLimits>;

/** Every fault of what is in force, by the limits alone. */
function faults(inForce: LiveSettings, limits: SettingsLimits): string[] {
  const wrong: string[] = [];
  const check = (name: string, value: number | undefined, { min = 0, max = Number.POSITIVE_INFINITY } = {}): void => {
    if (value !== undefined && !(value >= min && value <= max)) wrong.push(`${name} is ${value}`);
  };
  for (const [name, limit] of Object.entries(limits)) if (limit === false && name in inForce) wrong.push(name);
  const of = <Name extends keyof SettingsLimits>(name: Name) =>
    (limits[name] || {}) as Exclude<NonNullable<SettingsLimits[Name]>, false>;
  for (const { endpoint, ttlSeconds, staleWhileRevalidateSeconds } of inForce.responseCaching ?? []) {
    const { endpoints: allowed = endpoints, maxTtlSeconds: max = Number.POSITIVE_INFINITY } = of('responseCaching');
    if (!allowed.includes(endpoint)) wrong.push(endpoint);
    check(endpoint, ttlSeconds, { max });
    if (ttlSeconds + staleWhileRevalidateSeconds > max * (1 + 1e-9)) wrong.push(`${endpoint} is stale for longer`);
  }
  check('ttlMultiplier', inForce.ttlMultiplier, of('ttlMultiplier'));
  check('aboveBytes', inForce.compression?.aboveBytes, { min: of('compression').minAboveBytes ?? 0 });
  for (const { pool, size } of inForce.pools ?? []) {
    const pools = of('pools');
    const limit = Object.hasOwn(pools, pool) ? pools[pool] : pools['*'];
    if (limit === false) wrong.push(pool);
    else check(pool, size, limit);
  }
  check('maxRequests', inForce.concurrency?.maxRequests, { min: of('concurrency').minRequests ?? 1 });
  const { maxWaiting = Number.POSITIVE_INFINITY } = of('concurrency');
  check('maxWaiting', inForce.concurrency?.maxWaiting, { max: maxWaiting });
  const { maxIncomingSeconds = Number.POSITIVE_INFINITY, outgoing } = of('keepAlive');
  check('incomingSeconds', inForce.keepAlive?.incomingSeconds, { max: maxIncomingSeconds });
  if (outgoing === false && inForce.keepAlive?.outgoing !== undefined) wrong.push('outgoing');
  check('flushSeconds', inForce.sampling?.flushSeconds, { max: of('sampling').maxFlushSeconds ?? 60 });
  check('trimAtPercent', inForce.memory?.trimAtPercent, of('memory').trimAtPercent ?? {});
  if (of('memory').collectGarbage === false && inForce.memory?.collectGarbage) wrong.push('collectGarbage');
  for (const name of ['memoryLimitMb', 'maxEntries'] as const) {
    check(name, inForce.cachePolicy?.[name], of('cachePolicy')[name] ?? {});
  }
  return wrong;
}

afterEach(() => {
  limited.limits = {};
});

describe('what a service lets itself be changed by', () => {
  it('bounds whatever comes, and leaves alone what is within', () => {
    fc.assert(
      fc.property(settingsArbitrary, limitsArbitrary, (settings, limits) => {
        const inForce = bounded(settings, limits);
        expect(faults(inForce, limits)).toEqual([]);
        expect(bounded(inForce, limits)).toEqual(inForce);
        if (faults(settings, limits).length === 0) expect(inForce).toEqual(settings);
        expect(Object.keys(settings)).toEqual(expect.arrayContaining(Object.keys(inForce)));
      }),
    );
  });

  it('leaves nothing of what was in force when it is taken back, in whatever order things came', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(settingsArbitrary, limitsArbitrary), { maxLength: 6 }), async (steps) => {
        const present: Record<string, unknown> = {};
        const names = Object.keys(liveSettings.shape) as (keyof LiveSettings)[];
        const loaders = Object.fromEntries(
          names.map((name) => [
            name,
            async () => (value: unknown) => {
              if (value === undefined) delete present[name];
              else present[name] = value;
            },
          ]),
        );
        const effects = new SettingEffects(loaders as never, new OwnErrors(() => {}));
        for (const [settings, limits] of steps) {
          await effects.prepare(settings);
          effects.apply(bounded(settings, limits));
          expect(present).toEqual(bounded(settings, limits));
        }
        effects.apply({});
        expect(present).toEqual({});
      }),
    );
  });

  it.each<[string, unknown]>([
    ['no setting', { surprise: false }],
    ['no limit', { compression: true }],
    ['no number', { pools: { '*': { max: 'many' } } }],
    ['nothing between', { memory: { trimAtPercent: { min: 80, max: 70 } } }],
    ['a negative one', { concurrency: { minRequests: -1 } }],
  ])('is refused where it is %s', (_, limits) => {
    expect(() => limitSettings(limits as SettingsLimits)).toThrow(TypeError);
    expect(limited.limits).toEqual({});
  });

  it('holds for each setting by itself, the last word counting', () => {
    limitSettings({ memory: false, pools: { '*': { max: 5 } } });
    limitSettings({ pools: { '*': { max: 50 } } });
    expect(limited.limits).toEqual({ memory: false, pools: { '*': { max: 50 } } });
  });
});
