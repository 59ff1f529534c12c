import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AwsApplier } from '../../../lib/optimization/aws/applier/aws-applier.ts';
import { judgeSweep } from '../../../lib/optimization/aws/memory-sweep/choice.ts';
import { type MemorySweep, memorySweep } from '../../../lib/optimization/aws/memory-sweep/model.ts';
import { MemorySweeper } from '../../../lib/optimization/aws/memory-sweep/sweeper.ts';
import { Random } from '../../../lib/statistics/random.ts';
import { type Account, startAccount } from '../../support/aws-doubles/account.ts';
import { plays } from '../../support/aws-doubles/lambda-versions.ts';
import { namingProject } from './naming-project.ts';

const sizes = [128, 256, 512, 1_024, 1_769, 3_008, 5_120];
let account: Account;
let sweeper: MemorySweeper;
beforeAll(async () => {
  account = await startAccount();
  const applier = new AwsApplier(account.clients, namingProject({ lambdas: ['orders'] }), { pollMs: 1 });
  sweeper = new MemorySweeper(applier);
});
afterAll(() => account.stop());
beforeEach(() => {
  account.clear();
  account.lambda.state.settlesAfter = 0;
  plays.set(account.lambda.state, (memoryMb, invocation) => ({
    durationMs: 50 + 100_000 / Math.min(memoryMb, 1_769) + invocation,
    memoryUsedMb: 90,
    ...(invocation === 0 ? { initMs: 400 } : {}),
  }));
});

const begin = async (rounds = 8) =>
  (await sweeper.begin({ project: 'shop', resource: 'orders', payload: '{"dry":true}', rounds })).sweep;
/** Every step from what was stored after the last one. */
const stored = (sweep: MemorySweep): MemorySweep => memorySweep.parse(JSON.parse(JSON.stringify(sweep)));

async function lead(sweep: MemorySweep, until: MemorySweep['phase'] = 'done'): Promise<MemorySweep> {
  let present = sweep;
  for (let steps = 0; present.phase !== until; steps++) {
    if (steps > 100) throw new Error('it never ends');
    present = await sweeper.advance(stored(present));
  }
  return present;
}

describe('a memory sweep', () => {
  it('measures versions of all sizes, says which to take, and leaves nothing behind', async () => {
    const { state, double } = account.lambda;
    const orders = state.add('orders');
    const done = await lead(await begin());
    expect(done.problems).toEqual([]);
    expect(done.samples).toHaveLength(sizes.length * 8);
    expect(orders).toMatchObject({ memoryMb: 512, versions: [] });

    const invoked = double.calls.filter(({ operation }) => operation === 'Invoke');
    expect(invoked).toHaveLength(sizes.length * 8);
    expect(new Set(invoked.map(({ input }) => input.dry))).toEqual(new Set([true]));
    // Never the function itself: callers are not touched by what is measured.
    expect(invoked.every(({ input }) => /^\d+$/.test(String(input.Qualifier)))).toBe(true);
    const order = (round: number) => done.samples.filter((one) => one.round === round).map(({ memoryMb }) => memoryMb);
    expect(order(0).toSorted((a, b) => a - b)).toEqual(sizes);
    expect(order(0)).not.toEqual(order(1));
    const deleted = double.calls.filter(({ operation }) => operation === 'DeleteFunction');
    expect(deleted.every(({ input }) => input.Qualifier !== undefined)).toBe(true);
    expect(deleted).toHaveLength(sizes.length);

    const { fastest, curve } = judgeSweep(done.samples, { usdPerGbSecond: 0.0000166667, random: new Random(1) });
    expect(curve.every(({ coldStarts, invocations }) => coldStarts === 1 && invocations === 7)).toBe(true);
    expect(fastest?.memoryMb).toBe(1_769);
  });

  it('is taken up after each of its steps, and done again where nobody knows whether it was done', async () => {
    const orders = account.lambda.state.add('orders');
    let present = await begin(2);
    for (let steps = 0; present.phase !== 'done' && steps < 100; steps++) {
      const before = stored(present);
      const once = await sweeper.advance(before);
      // The process ended before it could store that.
      const again = await sweeper.advance(stored(before));
      expect(again.phase).toBe(once.phase);
      expect(again.versions).toEqual(once.versions);
      present = again;
    }
    expect(present).toMatchObject({ phase: 'done', problems: [] });
    expect(orders).toMatchObject({ memoryMb: 512, versions: [] });
  });

  it("never deletes a version of somebody else's", async () => {
    const orders = account.lambda.state.add('orders');
    orders.versions.push({ version: '1', memoryMb: 128, description: 'ours' });
    orders.published = 1;
    await lead(await begin(2));
    expect(orders.versions.map(({ version }) => version)).toEqual(['1']);
  });

  it('ends, and puts everything back, when the function fails with the payload', async () => {
    const orders = account.lambda.state.add('orders');
    plays.set(account.lambda.state, () => ({ durationMs: 1, memoryUsedMb: 90, fails: true }));
    const done = await lead(await begin());
    expect(done.problems).toEqual(['orders fails with the payload that was given for the sweep.']);
    expect(orders).toMatchObject({ memoryMb: 512, versions: [] });
  });

  it('ends, and keeps off, when somebody deploys meanwhile', async () => {
    const orders = account.lambda.state.add('orders');
    let present = await begin();
    for (let i = 0; i < 3; i++) present = await sweeper.advance(present);
    orders.code = 'second';
    orders.memoryMb = 700;
    const done = await lead(present);
    expect(done.problems.length).toBeGreaterThan(0);
    expect(orders).toMatchObject({ memoryMb: 700, versions: [] });
  });

  it('waits where Lambda is busy, and tells what could not be taken away', async () => {
    const orders = account.lambda.state.add('orders');
    const present = await lead(await begin(2), 'measuring');
    account.lambda.double.fail('Invoke', 'TooManyRequestsException', { status: 429 });
    await expect(sweeper.advance(present)).rejects.toMatchObject({ code: 'unavailable' });
    account.lambda.double.fail('Invoke', 'ResourceConflictException', { status: 409 });
    await expect(sweeper.advance(present)).rejects.toMatchObject({ code: 'unavailable' });
    orders.aliases.set('live', { version: '2' });
    const done = await lead(present);
    expect(done.problems).toEqual([
      expect.stringMatching(/^Version 2 of orders is still there: Somebody else is changing/),
    ]);
    expect(orders.versions.map(({ version }) => version)).toEqual(['2']);
  });

  it.each([
    '',
    'x',
    '{',
    `"${'x'.repeat(100_000)}"`,
  ])('does not begin without a payload that is JSON: %#', async (payload) => {
    account.lambda.state.add('orders');
    await expect(sweeper.begin({ project: 'shop', resource: 'orders', payload })).rejects.toMatchObject({
      code: 'invalid-request',
    });
    expect(account.lambda.double.calls).toEqual([]);
  });

  it('does not begin on a function without the tag', async () => {
    account.lambda.state.add('orders', { tags: {} });
    await expect(begin()).rejects.toMatchObject({ code: 'forbidden' });
    expect(account.lambda.double.changes).toEqual([]);
  });
});
