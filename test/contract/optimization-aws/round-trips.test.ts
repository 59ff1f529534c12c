import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AwsApplier } from '../../../lib/optimization/aws/applier/aws-applier.ts';
import { properties } from '../../../lib/optimization/aws/applier/properties.ts';
import { type Account, startAccount } from '../../support/aws-doubles/account.ts';
import { namingProject } from './naming-project.ts';
import { changeOf, naming, trips } from './trips.ts';

let account: Account;
beforeAll(async () => {
  account = await startAccount();
});
afterAll(() => account.stop());
beforeEach(() => account.clear());

describe('each property', () => {
  it('has a round trip here', () => {
    expect(new Set(trips.map(({ service, path }) => `${service} ${path}`))).toEqual(
      new Set(properties.map(({ service, path }) => `${service} ${path}`)),
    );
  });

  it.each(
    trips,
  )('$service $property of $resource is changed, seen and undone by the calls that it takes', async (trip) => {
    await trip.prepare(account);
    const { before, after } = trip;
    const applier = new AwsApplier(account.clients, namingProject(naming(trip)), { pollMs: 1 });
    const change = changeOf(trip);

    const held = await applier.read('shop', change);
    expect(held.value).toEqual(before);
    expect(account.changes).toEqual([]);

    const changed = await applier.write('shop', change, after, held);
    expect(changed.value).toEqual(after);
    expect((await applier.read('shop', change)).value).toEqual(after);
    expect(account.changes).toEqual(trip.made);

    const back = await applier.write('shop', change, before, changed);
    expect(back.value).toEqual(before);
    expect((await applier.read('shop', change)).value).toEqual(before);
    expect(account.changes).toEqual([...trip.made, ...trip.undone]);
  });
});
