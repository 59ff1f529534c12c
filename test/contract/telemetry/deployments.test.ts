import { beforeEach, describe, expect, it } from 'vitest';
import { mostDeployments } from '../../../lib/contracts/deployments.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { DeploymentService } from '../../../lib/telemetry/deployments/service.ts';
import { TelemetryService } from '../../../lib/telemetry/service.ts';
import type { TestParts } from '../../support/history-table.ts';
import { endpointWindow, noon, telemetryBatch, telemetryWindow } from '../../support/telemetry-batches.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const dynamoDb = useTestDynamoDb();
let parts: TestParts;
let projects: ProjectService;
let telemetry: TelemetryService;
let deployments: DeploymentService;

const minutesBefore = (minutes: number): string => new Date(noon - minutes * 60_000).toISOString();
const project = projectSettings.parse({ baseUrl: 'http://127.0.0.1:1' });

beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: noon });
  projects = new ProjectService(parts);
  telemetry = new TelemetryService(parts, projects);
  deployments = new DeploymentService(parts, projects);
  await projects.put('shop', project);
});

/** An instance of the version reports of a window that began so long ago. */
const report = (instance: string, serviceVersion: string, secondsAgo: number) =>
  telemetry.ingestParsed(
    'shop',
    telemetryBatch({
      instance,
      serviceVersion,
      windows: [telemetryWindow({ secondsAgo, endpoints: [endpointWindow('GET /')] })],
    }),
  );
const known = async () => (await deployments.list('shop')).map(({ version, source }) => `${version} ${source}`);

describe('The deployments of a service', () => {
  it('are the first reports of each version, however many instances and processes take part', async () => {
    await report('a', '1.0.0', 180);
    await report('b', '1.0.0', 120);
    // A rolling deployment: both versions report for a while.
    await report('c', '1.1.0', 60);
    await report('a', '1.0.0', 60);
    await new TelemetryService(parts, projects).ingestParsed(
      'shop',
      telemetryBatch({ instance: 'd', serviceVersion: '1.1.0', windows: [telemetryWindow({ secondsAgo: 30 })] }),
    );
    expect(await deployments.list('shop')).toEqual([
      { version: '1.1.0', at: minutesBefore(1), source: 'reported' },
      { version: '1.0.0', at: minutesBefore(3), source: 'reported' },
    ]);
  });

  it('are told by whoever deploys, also of a version that was there before, and once only', async () => {
    await report('a', '1.0.0', 180);
    const at = minutesBefore(2);
    const told = await deployments.tell('shop', { version: '1.1.0', at, description: 'New search' });
    expect(told).toEqual({ version: '1.1.0', at, source: 'told', description: 'New search' });
    await deployments.tell('shop', { version: '1.1.0', at });
    await report('b', '1.1.0', 60);
    await deployments.tell('shop', { version: '1.0.0' });
    expect(await known()).toEqual(['1.0.0 told', '1.1.0 told', '1.0.0 reported']);
  });

  it('are all there when many tell at the same moment', async () => {
    const versions = ['1', '2', '3', '4'];
    await Promise.all(versions.map((version) => new DeploymentService(parts, projects).tell('shop', { version })));
    expect((await deployments.list('shop')).map(({ version }) => version).sort()).toEqual(versions);
  });

  it('are refused where they lie in the future, or the project is not there', async () => {
    const at = minutesBefore(-6);
    await expect(deployments.tell('shop', { version: '2', at })).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(deployments.tell('gone', { version: '2' })).rejects.toMatchObject({ code: 'not-found' });
    await expect(deployments.list('gone')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('are the newest so many, and go with the project', async () => {
    for (let index = 0; index <= mostDeployments; index++) {
      await deployments.tell('shop', { version: `v${index}`, at: minutesBefore(mostDeployments - index) });
    }
    const versions = (await deployments.list('shop')).map(({ version }) => version);
    expect([versions.length, versions[0], versions.at(-1)]).toEqual([mostDeployments, `v${mostDeployments}`, 'v1']);
    await projects.delete('shop');
    await projects.put('shop', project);
    expect(await deployments.list('shop')).toEqual([]);
  });
});
