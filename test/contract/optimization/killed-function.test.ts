import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Change } from '../../../lib/contracts/optimizations.ts';
import { AwsApplier } from '../../../lib/optimization/aws/applier/aws-applier.ts';
import { createAwsClients } from '../../../lib/optimization/aws/clients.ts';
import { settingApplier } from '../../../lib/optimization/settings/applier.ts';
import { LiveSettingsService } from '../../../lib/projects/live-settings/service.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { startLambdaDouble } from '../../support/aws-doubles/lambda.ts';
import type { TestParts } from '../../support/history-table.ts';
import { KilledFunctions } from '../../support/killed-functions.ts';
import { proposalOf, RunHarness, somebody } from '../../support/optimization/run-harness.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const dynamoDb = useTestDynamoDb();
let parts: TestParts;
let lambda: Awaited<ReturnType<typeof startLambdaDouble>>;
let functions: KilledFunctions;

beforeAll(async () => {
  parts = await dynamoDb.createParts();
  lambda = await startLambdaDouble();
  // What a change of AWS waits for is another test's.
  lambda.state.settlesAfter = 0;
  functions = await KilledFunctions.start({
    parts,
    dynamoDbEndpoint: dynamoDb.endpoint,
    queues: ['optimizations'],
    awsEndpoint: lambda.double.endpoint,
  });
});
afterAll(async () => {
  await functions?.stop();
  await lambda?.double.stop();
});

const doubled = { kind: 'setting', setting: 'ttlMultiplier', before: null, after: 2 } as const satisfies Change;
const larger = (resource: string) =>
  ({ kind: 'aws', service: 'lambda', resource, property: 'memorySize', before: 512, after: 1_024 }) as const;

/** A run of one optimization, which changes a function of its project by AWS, and what else is given. */
async function begun(project: string, others: readonly Change[]) {
  const liveSettings = new LiveSettingsService(parts);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const aws = createAwsClients({ endpoint: lambda.double.endpoint, region: 'us-east-1', credentials });
  const appliers = {
    setting: settingApplier({ clock: parts.clock, liveSettings }),
    aws: new AwsApplier(aws, new ProjectService(parts), { pollMs: 1 }),
  };
  const proposals = [proposalOf('all', [...others, larger(project)])];
  const harness = new RunHarness({ parts, appliers, proposals: () => proposals, project });
  lambda.state.add(project, { memoryMb: 512 });
  await harness.createProject({ resources: { lambdas: [project] } });
  const { runId } = await harness.start();
  const values = async () => [
    (await liveSettings.read(project)).settings.ttlMultiplier,
    lambda.state.find(project).memoryMb,
  ];
  return { harness, runId, values };
}

/** Some twenty processes are started, one after the other. */
const startsMs = 240_000;

type Begun = Awaited<ReturnType<typeof begun>>;

/** It says what it came to, that is what is there, and the project is free for the next run. */
async function expectEnded({ harness, runId, values }: Begun, where: string, end: { run: object; values: unknown[] }) {
  expect(await harness.show(runId), where).toMatchObject({ conflicts: [], ...end.run });
  expect(await values(), where).toEqual(end.values);
  expect(await harness.engine().locks.holder(harness.project), where).toBeUndefined();
}

/** @returns after how many deeds it was over */
async function applied(project: string, killAt: number): Promise<number> {
  const run = await begun(project, [doubled]);
  const deeds = await functions.lead(killAt);
  await expectEnded(run, `killed after deed ${killAt}`, {
    run: { status: 'completed', steps: [{ status: 'kept' }], drifted: [] },
    values: [2, 1_024],
  });
  return deeds;
}

async function putBack(project: string, killAt: number): Promise<number> {
  const run = await begun(project, []);
  await run.harness.settle();
  expect(await run.values()).toEqual([undefined, 1_024]);
  await run.harness.engine().runs.rollback(project, run.runId, { force: false }, somebody);
  const deeds = await functions.lead(killAt);
  await expectEnded(run, `killed after deed ${killAt} of putting back`, {
    run: { status: 'rolled-back', steps: [{ status: 'rolled-back' }] },
    values: [undefined, 512],
  });
  return deeds;
}

it.each([
  ['applies', applied],
  ['puts back', putBack],
])(
  'a run that %s what it planned does so wholly, after whatever deed its function is killed',
  async (name, walk) => {
    const project = name.replace(' ', '-');
    const deeds = await walk(project, 0);
    expect(deeds).toBeGreaterThan(10);
    for (let killAt = 1; killAt <= deeds; killAt++) await walk(`${project}-${killAt}`, killAt);
  },
  startsMs,
);
