import http2 from 'node:http2';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LoadTestRequest, loadTestRequest } from '../../../lib/contracts/load.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { type Listening, listening } from '../../support/listening.ts';
import { selfSigned } from '../../support/self-signed.ts';
import { Fleet } from './fleet.ts';

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let target: Listening;
let answered = 0;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
  const server = http2.createSecureServer({ ...selfSigned('shop.example'), allowHTTP1: true }, (_, response) => {
    answered++;
    response.end('ok');
  });
  target = await listening(server);
});
afterAll(async () => {
  await target.close();
  await dynamoDb.stop();
});
beforeEach(async () => {
  answered = 0;
  parts = await dynamoDb.createParts();
});

async function resultOf(given: Partial<LoadTestRequest>) {
  const fleet = new Fleet(parts);
  await fleet.projects.put('shop', projectSettings.parse({ baseUrl: `https://shop.example:${target.port}` }));
  const request = { users: 2, rampUpSeconds: 0, durationSeconds: 1, thinkTimeMs: 50, workers: 1, ...given };
  const { testId } = await fleet.service.start('shop', loadTestRequest.parse(request));
  await fleet.untilEnded(testId);
  return (await fleet.service.get('shop', testId)).result;
}

describe('a target that signed its own certificate', () => {
  it('gets no request, and the result says what to give for a test system', async () => {
    const result = await resultOf({});
    expect(answered).toBe(0);
    expect(result).toMatchObject({ totalRequests: 0, errors: [{ kind: 'connect-DEPTH_ZERO_SELF_SIGNED_CERT' }] });
    expect(result?.recommendations).toEqual([expect.stringContaining('insecureSkipTlsVerify')]);
  });

  it.each(['http1', 'http2'] as const)('is tested over %s where any certificate is taken', async (protocol) => {
    const result = await resultOf({ protocol, insecureSkipTlsVerify: true });
    expect(result).toMatchObject({ totalRequests: answered, successRatePercent: 100, errors: [] });
    expect(answered).toBeGreaterThan(10);
  });
});
