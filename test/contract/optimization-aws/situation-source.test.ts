import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { AwsConfigurationReader } from '../../../lib/optimization/aws/configuration/reader.ts';
import { AwsSituation } from '../../../lib/optimization/aws/situation-source.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { MetricReader } from '../../../lib/telemetry/aws/metric-reader.ts';
import { AwsMetrics } from '../../../lib/telemetry/aws/service.ts';
import { TelemetryHistory } from '../../../lib/telemetry/history/service.ts';
import { TelemetryService } from '../../../lib/telemetry/service.ts';
import { type Account, startAccount } from '../../support/aws-doubles/account.ts';
import { TestCloudWatch } from '../../support/test-cloudwatch.ts';
import { projectOf } from './naming-project.ts';

const now = Date.parse('2026-01-31T12:00:00.000Z');
let account: Account;
let cloudWatch: TestCloudWatch;
beforeAll(async () => {
  [account, cloudWatch] = await Promise.all([startAccount(), TestCloudWatch.start()]);
});
afterAll(() => Promise.all([account.stop(), cloudWatch.stop()]));

it('tells the configuration and the figures of a project that names resources, and nothing of another', async () => {
  const parts = await account.dynamodb.createParts({ now });
  const projects = new ProjectService(parts);
  const project = projectOf({ lambdas: ['orders'] });
  await projects.put('shop', projectSettings.parse({ baseUrl: project.baseUrl, resources: project.resources }));
  account.lambda.state.add('orders');
  await cloudWatch.put('AWS/Lambda', 'Invocations', { FunctionName: 'orders' }, now - 600_000, 1, 1);
  const { clock } = parts;
  const source = new AwsSituation({
    reader: new AwsConfigurationReader(account.clients, clock),
    metrics: new AwsMetrics(parts, projects, new MetricReader(cloudWatch.client)),
    history: new TelemetryHistory(new TelemetryService(parts, projects), projects, clock),
    clock,
  });
  const { aws, awsFigures, hourlyTraffic } = await source.read(project);
  expect(aws).toMatchObject({ lambdas: [{ name: 'orders', memoryMb: 512 }], problems: [] });
  expect(awsFigures).toMatchObject({ lambdas: [{ name: 'orders', invocations: 2 }], problems: [] });
  expect(hourlyTraffic).toEqual(new Map());
  expect(await source.read(projectOf({}))).toEqual({});
});
