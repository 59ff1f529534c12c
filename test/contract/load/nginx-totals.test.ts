import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTestRequest } from '../../../lib/contracts/load.ts';
import { type Nginx, startNginx } from '../../support/nginx.ts';
import { programPath } from '../../support/programs.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';
import { Fleet } from './fleet.ts';

/** 444: nginx closes the connection without an answer. */
const locations = `
  location / { return 200 'ok'; }
  location = /broken { return 503; }
  location = /closed { return 444; }
  location = /counters { stub_status; }
`;
const scenarios = [
  { name: 'good', path: '/', weight: 3 },
  { name: 'broken', path: '/broken' },
  { name: 'closed', path: '/closed' },
];

describe.skipIf(programPath('nginx') === undefined)('a load test of nginx', () => {
  const dynamoDb = useTestDynamoDb();
  let nginx: Nginx;
  beforeAll(async () => {
    nginx = await startNginx({ locations });
  });
  afterAll(() => nginx?.stop());

  /** Connections and requests that nginx has taken so far, this question among them. */
  const counters = async () => {
    const response = await fetch(`http://127.0.0.1:${nginx.port}/counters`, { headers: { connection: 'close' } });
    const [, accepted, handled, requests] = /(\d+) (\d+) (\d+)/.exec(await response.text())?.map(Number) ?? [];
    if (accepted === undefined || requests === undefined) throw new Error('These are not the counters of nginx');
    return { accepted, handled, requests };
  };

  it.each([
    ['closed', { users: 10, thinkTimeMs: 5 }],
    ['open', { arrivalRate: 300 }],
  ])('tells as many requests and connections as nginx itself counts (%s model)', async (_, load) => {
    const fleet = new Fleet(await dynamoDb.createParts(), { copies: 2 });
    await fleet.register(nginx.port);
    const before = await counters();
    const request = { scenarios, durationSeconds: 1, rampUpSeconds: 1, workers: 3, ...load };
    const { testId } = await fleet.service.start('shop', loadTestRequest.parse(request));
    expect((await fleet.untilEnded(testId)).status).toBe('completed');
    const after = await counters();
    const { result } = await fleet.service.get('shop', testId);
    expect(after.requests - before.requests - 1).toBe(result?.totalRequests);
    expect(after.accepted - before.accepted - 1).toBe(result?.connections?.opened);
    expect(after.handled).toBe(after.accepted);
    expect(result?.errors).toContainEqual(expect.objectContaining({ kind: 'closed' }));
    expect(result?.scenarios.broken?.statuses).toEqual({ 503: result?.scenarios.broken?.requests });
  });
});
