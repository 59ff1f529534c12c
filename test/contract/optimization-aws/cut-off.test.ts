import { afterAll, beforeAll, expect, it } from 'vitest';
import { AwsApplier } from '../../../lib/optimization/aws/applier/aws-applier.ts';
import { AuditTrail } from '../../../lib/optimization/runs/audit.ts';
import { ChangeWriter, type Move } from '../../../lib/optimization/runs/change-writer.ts';
import type { Side } from '../../../lib/optimization/sides.ts';
import { type Account, startAccount } from '../../support/aws-doubles/account.ts';
import { MemoryRows, MemoryTable } from '../../support/optimization/memory-table.ts';
import { namingProject } from './naming-project.ts';
import { changeOf, naming, type RoundTrip, trips } from './trips.ts';

let account: Account;
beforeAll(async () => {
  account = await startAccount();
});
afterAll(() => account.stop());

const table = new MemoryTable(new MemoryRows(), async () => {}).asTable();
const sides = { after: 'before', before: 'after' } as const;
let turn = 0;

/** Brings a change to a side, as a step of a run does: by a process of its own. */
function move(trip: RoundTrip, to: Side) {
  const aws = new AwsApplier(account.clients, namingProject(naming(trip)), { pollMs: 1 });
  const writer = new ChangeWriter({ aws }, new AuditTrail({ table, clock: () => 1_800_000_000_000 }));
  const common: Omit<Move, 'to'> = {
    project: 'shop',
    runId: 'run',
    turn: turn++,
    id: 'one',
    change: changeOf(trip),
    by: { keyId: 'key', name: 'ops' },
    action: 'apply',
    force: false,
  };
  return writer.move({ ...common, to });
}

const valueNow = async (trip: RoundTrip) =>
  (await new AwsApplier(account.clients, namingProject(naming(trip)), { pollMs: 1 }).read('shop', changeOf(trip)))
    .value;

it.each(
  trips,
)('$service $property of $resource, cut off after any call, is brought to its end and back', async (trip) => {
  account.clear();
  await trip.prepare(account);
  const calls = { after: trip.made.length, before: trip.undone.length };
  for (const way of ['after', 'before'] as const) {
    for (let made = 1; made <= calls[way]; made++) {
      for (const end of ['after', 'before'] as const) {
        const said = `${made} of ${calls[way]} calls to ${way}, then to ${end}`;
        expect(await move(trip, sides[way]), said).toEqual({ is: 'there' });
        account.cutOff(made);
        await expect(move(trip, way), said).rejects.toThrow();
        account.resume();
        expect(await move(trip, end), said).toEqual({ is: 'there' });
        expect(await valueNow(trip), said).toEqual(trip[end]);
      }
    }
  }
  expect(await move(trip, 'before')).toEqual({ is: 'there' });
  expect(await valueNow(trip)).toEqual(trip.before);
});
