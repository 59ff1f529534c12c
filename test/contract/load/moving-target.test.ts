import { beforeEach, describe, expect, it } from 'vitest';
import { loadTestRequest } from '../../../lib/contracts/load.ts';
import { TargetAddresses } from '../../../lib/load/target-addresses.ts';
import { type CountingTarget, startCountingTarget } from '../../support/counting-target.ts';
import type { TestParts } from '../../support/history-table.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';
import { Fleet } from './fleet.ts';

const dynamoDb = useTestDynamoDb();
let parts: TestParts;
let target: CountingTarget;

beforeEach(async () => {
  parts = await dynamoDb.createParts();
  target = await startCountingTarget();
  return () => target.close();
});

describe('a name that comes to mean something else between the plan of a test and its start', () => {
  it.each([
    ['a metadata service', '169.254.169.254', 'never a target'],
    ['a metadata service, mapped into IPv6', '::ffff:169.254.169.254', 'never a target'],
    ['a public address that nobody has proven', '93.184.215.14', 'moved between public and private'],
  ])('is not followed to %s', async (_, address, why) => {
    let moved = false;
    const fleet = new Fleet(parts, { addresses: () => [moved ? address : '127.0.0.1'] });
    await fleet.register(target.port);
    const request = loadTestRequest.parse({ users: 2, workers: 1, durationSeconds: 1, rampUpSeconds: 0 });
    const { testId } = await fleet.service.start('shop', request);
    moved = true;
    const { status, reason } = await fleet.untilEnded(testId);
    expect([status, reason]).toEqual(['failed', expect.stringContaining(why)]);
    expect(target.total()).toBe(0);
  });

  it('is what it was where it cannot be looked up', async () => {
    let isDown = false;
    const fleet = new Fleet(parts, {
      addresses: () => {
        if (isDown) throw new Error('The resolver does not answer');
        return ['127.0.0.1'];
      },
    });
    await fleet.register(target.port);
    const request = loadTestRequest.parse({ users: 2, workers: 1, durationSeconds: 1, rampUpSeconds: 0 });
    const { testId } = await fleet.service.start('shop', request);
    isDown = true;
    const { status } = await fleet.untilEnded(testId);
    expect(status).toBe('completed');
    expect(target.total()).toBeGreaterThan(0);
  });
});

describe('a name that comes to mean something else while its test is played', () => {
  const minuteMs = 60_000;

  /** Of a worker that begins at the minute 10, with what the name means from when on, by minute. */
  const playing = async (meanings: Record<number, string>) => {
    let minute = 10;
    const fleet = new Fleet(parts, { addresses: () => [meanings[minute] ?? '127.0.0.1'] });
    await fleet.register(target.port);
    const { hostname, ...planned } = await fleet.projects.requireTarget('shop');
    const run = { ...planned, hostname, addresses: [...planned.addresses], project: 'shop' };
    const addresses = new TargetAddresses(run, fleet.projects, 0);
    return {
      addresses,
      refreshAt: (now: number) => {
        minute = now;
        return addresses.refresh(now * minuteMs);
      },
    };
  };

  it.each([
    ['a metadata service', '169.254.169.254', 'never a target'],
    ['a metadata service, mapped into IPv6', '::ffff:a9fe:a9fe', 'never a target'],
    ['a public address that nobody has proven', '93.184.215.14', 'moved between public and private'],
  ])('is seen within a minute, and its connections go nowhere else: %s', async (_, address, why) => {
    const { addresses, refreshAt } = await playing({ 10.5: address, 11: address });
    await refreshAt(10);
    await refreshAt(10.5);
    expect([addresses.all, addresses.next()]).toEqual([['127.0.0.1'], '127.0.0.1']);
    await expect(refreshAt(11)).rejects.toMatchObject({
      code: 'target-not-allowed',
      message: expect.stringContaining(why),
    });
    expect([addresses.all, addresses.next()]).toEqual([['127.0.0.1'], '127.0.0.1']);
  });

  it('is followed to where it may go', async () => {
    const { addresses, refreshAt } = await playing({ 11: '127.0.0.2' });
    await refreshAt(10);
    await refreshAt(11);
    expect([addresses.all, addresses.next()]).toEqual([['127.0.0.2'], '127.0.0.2']);
  });
});
