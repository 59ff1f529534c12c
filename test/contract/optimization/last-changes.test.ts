import { expect, it } from 'vitest';
import { LastChanges } from '../../../lib/optimization/runs/last-changes.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { policyChange, proposalOf, RunHarness } from '../../support/optimization/run-harness.ts';
import { Switchboard } from '../../support/optimization/switchboard.ts';
import { noon } from '../../support/telemetry-batches.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const dynamoDb = useTestDynamoDb();

it('knows of a change that was kept, behind however many plans', async () => {
  const parts = await dynamoDb.createParts({ now: noon });
  const world = new Switchboard(parts.clock);
  const ttl = policyChange('defaultTtlSeconds', 60, 3_600);
  world.put(ttl, 60);
  const harness = new RunHarness({ parts, appliers: world.appliers, proposals: () => [proposalOf('ttl', [ttl])] });
  await harness.createProject();
  await harness.start();
  await harness.settle();
  for (let plan = 0; plan < 101; plan++) await harness.start({ dryRun: true });
  const project = await new ProjectService(parts).require('shop');
  const { lastChangedAt } = await new LastChanges(parts).read(project);
  expect(lastChangedAt?.get('test')).toBeGreaterThanOrEqual(noon);
});
