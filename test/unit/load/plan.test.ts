import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadTestRequest } from '../../../lib/contracts/load.ts';
import { requireSendable } from '../../../lib/load/engine-scenarios.ts';
import { isPlanned, type PlannedRequest } from '../../../lib/load/kinds/sequence.ts';
import {
  demandOf,
  enginePlanOf,
  intervalSecondsOf,
  requireFits,
  socketsPerWorker,
  timelineSecondsOf,
  workersOf,
} from '../../../lib/load/plan.ts';
import { storedRun, storedStep } from '../../support/load-run.ts';

const request = (given: object): PlannedRequest => {
  const parsed = loadTestRequest.parse(given);
  if (!isPlanned(parsed)) throw new Error('Of an Artillery script nothing is planned by the request');
  return parsed;
};
const run = storedRun();
const [target] = run.targets;
if (target === undefined) throw new Error('The run has a target');

const workers = fc.option(fc.integer({ min: 1, max: 1000 }), { nil: undefined });
const closed = fc
  .record({ users: fc.integer({ min: 1, max: 10_000 }), workers })
  .map(({ users, workers }) => request({ users, ...(workers === undefined ? {} : { workers }) }));
const open = fc
  .record({
    arrivalRate: fc.double({ min: 0.01, max: 50_000, noNaN: true }),
    durationSeconds: fc.integer({ min: 1, max: 600_000 }),
    rampUpSeconds: fc.integer({ min: 0, max: 60 }),
    workers,
  })
  .map(({ workers, ...rest }) => request({ ...rest, ...(workers === undefined ? {} : { workers }) }));
const preferred = fc.nat(20);
const workersFor = (given: PlannedRequest, wanted: number) => workersOf(demandOf(given), given.workers, wanted);

const planOf = (shard: number, { given = request({}), fromMs = 0, of = run } = {}) =>
  enginePlanOf({ run: of, traffic: given, step: storedStep(), shard, fromMs, places: {} });

describe('the split of a step over its workers', () => {
  it('gives every worker the whole level and its own stripe of it', () => {
    const of = storedRun({ workers: 7 });
    for (let shard = 0; shard < 7; shard++) {
      const { stages } = storedStep();
      expect(planOf(shard, { of })).toMatchObject({ model: 'closed', worker: shard, workers: 7, stages, fromMs: 0 });
    }
  });

  it('gives every invocation random values and numbers of its own, the same ones when it is planned again', () => {
    const of = storedRun({ workers: 300 });
    const plans = Array.from({ length: 300 }, (_, shard) => planOf(shard, { of }));
    const later = Array.from({ length: 300 }, (_, shard) => planOf(shard, { of, fromMs: 5000 }));
    expect(new Set([...plans, ...later].map(({ seed }) => seed)).size).toBe(600);
    expect(plans.map(({ sequence }) => sequence?.first)).toEqual(plans.map((_, shard) => shard));
    expect(planOf(7, { of })).toEqual(plans[7]);
  });

  it('sends under the base path of the target that the step is for', () => {
    const of = storedRun({ targets: [target, { ...target, hostname: 'shop.example', basePath: '/app' }] });
    const given = request({ scenarios: [{ name: 'a', path: '/x' }] });
    const step = storedStep({ target: 1 });
    expect(enginePlanOf({ run: of, traffic: given, step, shard: 0, fromMs: 0, places: {} })).toMatchObject({
      target: { hostname: 'shop.example' },
      scenarios: [{ requests: [{ path: '/app/x' }] }],
    });
  });

  it('tells the requests of a flow apart, also those that are the same', () => {
    const again = { path: '/a' };
    const given = request({ scenarios: [{ name: 'f', before: [again], flow: [again, again, { name: 'b' }] }] });
    expect(planOf(0, { given }).scenarios).toMatchObject([
      {
        isFlow: true,
        cookies: true,
        before: [{ name: 'GET /a 3' }],
        requests: [{ name: 'GET /a' }, { name: 'GET /a 2' }, { name: 'b' }],
      },
    ]);
  });

  it('reads data from CSV as from rows', () => {
    const rows = [
      { id: '1', name: 'a, b' },
      { id: '2', name: 'ä' },
    ];
    const of = (data: object) => planOf(0, { given: request({ scenarios: [{ name: 'd', data }] }) }).scenarios[0]?.data;
    expect(of({ csv: 'id,name\n1,"a, b"\n\n2,ä\n' })).toEqual(of({ rows }));
  });
});

describe('how many workers', () => {
  it.each([
    [{ users: 10 }, 0, 1],
    [{ users: 10 }, 4, 4],
    [{ users: 3 }, 4, 3],
    [{ users: 501 }, 0, 2],
    [{ users: 10_000 }, 0, 20],
    // So many descriptors take eleven, however few the machine prefers.
    [{ users: 10_000 }, 4, 11],
    [{ users: 100, workers: 7 }, 4, 7],
    [{ users: 2, workers: 7 }, 4, 2],
    [{ arrivalRate: 10 }, 0, 1],
    [{ arrivalRate: 10_000 }, 0, 5],
    [{ arrivalRate: 50_000 }, 0, 25],
    [{ kind: 'stress', maxUsers: 5000 }, 0, 10],
    [{ kind: 'spike', users: 100 }, 0, 2],
    [{ kind: 'comprehensive', users: 10, maxUsers: 500, spikeUsers: 3000 }, 0, 6],
  ])('%j of a deployment that prefers %i: %i', (given, wanted, expected) => {
    expect(workersFor(request(given), wanted)).toBe(expected);
  });

  it('stay within their connections where nobody says how many', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), preferred, (users, wanted) => {
        const given = request({ users });
        const count = workersFor(given, wanted);
        expect(users / count).toBeLessThanOrEqual(socketsPerWorker);
        requireFits(given, demandOf(given), count);
      }),
    );
  });
});

it('writes at most some 500 intervals a second, and shows at most some 600 points', () => {
  fc.assert(
    fc.property(fc.oneof(closed, open), preferred, (given, wanted) => {
      const count = workersFor(given, wanted);
      const demand = demandOf(given);
      const seconds = intervalSecondsOf(demand, count);
      const point = timelineSecondsOf(demand, seconds);
      expect(count / seconds).toBeLessThanOrEqual(500);
      expect(demand.plannedSeconds / point).toBeLessThanOrEqual(600);
      expect(point % seconds).toBe(0);
    }),
  );
});

describe('what is told to who asks', () => {
  const refused = (given: object, count = 1) => {
    try {
      requireFits(request(given), demandOf(request(given)), count);
    } catch (error) {
      return error;
    }
    return undefined;
  };

  it('that a test is too long, has too few workers, too many steps, or is too large, all at once', () => {
    expect(refused({ users: 950 })).toBeUndefined();
    expect(refused({ kind: 'stress', maxUsers: 1000, stepUsers: 1, stepSeconds: 3600 })).toMatchObject({
      code: 'invalid-request',
      fieldErrors: [
        { path: 'body.durationSeconds', message: expect.stringContaining('at most 604800 s') },
        { path: 'body.workers', message: expect.stringContaining('at least 2') },
        { path: 'body.stepUsers', message: expect.stringContaining('at least 5') },
      ],
    });
    const large = { name: 'large', method: 'POST', body: 'x'.repeat(900_000) };
    const scenarios = Array.from({ length: 5 }, (_, n) => ({ ...large, name: `large ${n}` }));
    expect(refused({ scenarios })).toMatchObject({ fieldErrors: [{ path: 'body.scenarios' }] });
  });

  const sendable = (scenarios: object[]) => requireSendable(request({ scenarios }), target, '');

  it.each([
    [{ path: '/{{nothing()}}' }],
    [{ headers: { 'x-id': '{{random(2,1)}}' } }],
    [{ query: { q: '{{uuid(' } }],
    [{ body: { deep: ['{{random(1)}}'] } }],
    [{ data: { csv: 'only,columns\n' } }],
    [{ data: { csv: 'a,b\n"unended' } }],
  ])('that a scenario cannot be sent: %j', (bad) => {
    expect(() => sendable([{ name: 'good' }, { name: 'bad', method: 'POST', ...bad }])).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        fieldErrors: [expect.objectContaining({ path: 'body.scenarios.1' })],
      }),
    );
  });

  it('nothing where every template can be filled in', () => {
    sendable([
      { name: 'a', path: '/{{random(1,9)}}', query: { q: '{{randomWord()}}', n: 1 } },
      { name: 'b', method: 'POST', headers: { 'x-id': '{{uuid()}}' }, body: { n: '{{seq()}}' } },
    ]);
  });
});
