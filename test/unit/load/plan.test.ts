import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LoadTestRequest, loadTestRequest } from '../../../lib/contracts/load.ts';
import {
  enginePlanOf,
  intervalSecondsOf,
  requireFits,
  requireSendable,
  socketsPerWorker,
  workersOf,
} from '../../../lib/load/plan.ts';
import { storedRun } from '../../support/load-run.ts';

const request = (given: object): LoadTestRequest => loadTestRequest.parse(given);

const closed = fc
  .record({
    users: fc.integer({ min: 1, max: 10_000 }),
    workers: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
  })
  .map(({ users, workers }) => request({ users, ...(workers === undefined ? {} : { workers }) }));
const open = fc
  .record({
    arrivalRate: fc.double({ min: 0.01, max: 50_000, noNaN: true }),
    durationSeconds: fc.integer({ min: 1, max: 600 }),
    rampUpSeconds: fc.integer({ min: 0, max: 60 }),
    workers: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
  })
  .map(({ workers, ...rest }) => request({ ...rest, ...(workers === undefined ? {} : { workers }) }));
const preferred = fc.nat(20);

describe('the split of a test over its workers', () => {
  it('gives every worker the whole level and its own stripe of it', () => {
    fc.assert(
      fc.property(fc.oneof(closed, open), preferred, (given, wanted) => {
        const workers = workersOf(given, wanted);
        const run = storedRun({ request: given, workers });
        const level = given.arrivalRate ?? given.users;
        for (let shard = 0; shard < workers; shard++) {
          expect(enginePlanOf(run, shard)).toMatchObject({
            model: given.users === undefined ? 'open' : 'closed',
            worker: shard,
            workers,
            stages: [
              { seconds: given.rampUpSeconds, from: 0, to: level },
              { seconds: given.durationSeconds, from: level, to: level },
            ],
          });
        }
      }),
    );
  });

  it('gives every worker random values and numbers of its own, the same ones when it is planned again', () => {
    const run = storedRun({ workers: 300 });
    const plans = Array.from({ length: 300 }, (_, shard) => enginePlanOf(run, shard));
    expect(new Set(plans.map(({ seed }) => seed)).size).toBe(300);
    expect(plans.map(({ sequence }) => sequence?.first)).toEqual(plans.map((_, shard) => shard));
    expect(enginePlanOf(run, 7)).toEqual(plans[7]);
  });

  it('sends under the base path', () => {
    const target = { ...storedRun().target, hostname: 'shop.example', basePath: '/app' };
    const run = storedRun({
      target,
      request: { scenarios: request({ scenarios: [{ name: 'a', path: '/x' }] }).scenarios },
    });
    expect(enginePlanOf(run, 0)).toMatchObject({
      target: { hostname: 'shop.example' },
      scenarios: [{ requests: [{ path: '/app/x' }] }],
    });
  });
});

describe('how many workers', () => {
  it.each([
    [{ users: 10 }, 0, 1],
    [{ users: 10 }, 4, 4],
    [{ users: 3 }, 4, 3],
    [{ users: 501 }, 0, 2],
    [{ users: 10_000 }, 0, 20],
    [{ users: 10_000 }, 4, 20],
    [{ users: 100, workers: 7 }, 4, 7],
    [{ users: 2, workers: 7 }, 4, 2],
    [{ arrivalRate: 10 }, 0, 1],
    [{ arrivalRate: 10_000 }, 0, 5],
    [{ arrivalRate: 50_000 }, 0, 25],
    [{ arrivalRate: 0.1, durationSeconds: 5 }, 4, 1],
  ])('%j of a deployment that prefers %i: %i', (given, wanted, workers) => {
    expect(workersOf(request(given), wanted)).toBe(workers);
  });

  it('stay within their connections where nobody says how many', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), preferred, (users, wanted) => {
        const given = request({ users });
        const workers = workersOf(given, wanted);
        expect(users / workers).toBeLessThanOrEqual(socketsPerWorker);
        requireFits(given, workers);
      }),
    );
  });
});

it('writes at most some 500 intervals a second, and at most some 600 of each shard', () => {
  fc.assert(
    fc.property(open, preferred, (given, wanted) => {
      const workers = workersOf(given, wanted);
      const seconds = intervalSecondsOf(given, workers);
      expect(workers / seconds).toBeLessThanOrEqual(500);
      expect((given.durationSeconds + given.rampUpSeconds) / seconds).toBeLessThanOrEqual(600);
    }),
  );
});

describe('what is told to who asks', () => {
  const refused = (given: object, workers = 1) => {
    try {
      requireFits(request(given), workers);
    } catch (error) {
      return error;
    }
    return undefined;
  };

  it('that a test is too long, has too few workers, or is too large, all at once', () => {
    expect(refused({ durationSeconds: 800, rampUpSeconds: 10, timeoutMs: 30_000 })).toBeUndefined();
    expect(refused({ users: 950 })).toBeUndefined();
    expect(refused({ users: 10_000, durationSeconds: 801, rampUpSeconds: 10, timeoutMs: 30_000 }, 2)).toMatchObject({
      code: 'invalid-request',
      fieldErrors: [
        { path: 'body.durationSeconds', message: expect.stringContaining('these are 841 s') },
        { path: 'body.workers', message: expect.stringContaining('at least 11') },
      ],
    });
    const large = { scenarios: [{ name: 'large', method: 'POST', body: 'x'.repeat(200_000) }] };
    expect(refused(large)).toMatchObject({ fieldErrors: [{ path: 'body.scenarios' }] });
  });

  it.each([
    [{ path: '/{{nothing()}}' }],
    [{ headers: { 'x-id': '{{random(2,1)}}' } }],
    [{ query: { q: '{{uuid(' } }],
    [{ body: { deep: ['{{random(1)}}'] } }],
  ])('that a template cannot be filled in: %j', (scenario) => {
    const scenarios = request({
      scenarios: [{ name: 'good' }, { name: 'bad', method: 'POST', ...scenario }],
    }).scenarios;
    expect(() => requireSendable(storedRun({ request: { scenarios } }))).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        fieldErrors: [expect.objectContaining({ path: 'body.scenarios.1' })],
      }),
    );
  });

  it('nothing where every template can be', () => {
    const scenarios = request({
      scenarios: [
        { name: 'a', path: '/{{random(1,9)}}', query: { q: '{{randomWord()}}', n: 1 } },
        { name: 'b', method: 'POST', headers: { 'x-id': '{{uuid()}}' }, body: { n: '{{seq()}}' } },
      ],
    }).scenarios;
    requireSendable(storedRun({ request: { scenarios } }));
  });
});
