import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { ComparisonService } from '../../../lib/load/comparisons/service.ts';
import { loadHandlers } from '../../../lib/load/handlers.ts';
import { importHandlers } from '../../../lib/load/imports/handlers.ts';
import { ImportService } from '../../../lib/load/imports/service.ts';
import { reportHandlers } from '../../../lib/load/report/handlers.ts';
import { LoadService } from '../../../lib/load/service.ts';
import type { Gateway } from '../../../lib/local/gateway/gateway.ts';
import { httpDoor } from '../../../lib/platform/http/door.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import type { Meter } from '../../../lib/platform/metrics.ts';
import { projectHandlers } from '../../../lib/projects/handlers.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { type Client, createClient } from '../../../lib/sdk/client.ts';
import { functionParts } from '../../support/function-parts.ts';
import { gatewayTo } from '../../support/gateway-doors.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { unknownConcurrency } from '../../support/load-run.ts';

/** Ways to write addresses into a URL's host: as dotted, whole and shortened numbers, decimal, octal, hexadecimal, and in IPv6. */
const loopbackHosts = [
  '127.0.0.1',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0177.0.0.1',
  '127.1',
  '127.0.0.1.',
  '①②⑦.⓪.⓪.①',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
] as const;

const metadataHosts = [
  '169.254.169.254',
  '2852039166',
  '0xa9fea9fe',
  '0xa9.0xfe.0xa9.0xfe',
  '0251.0376.0251.0376',
  '169.16689662',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[fd00:ec2::254]',
] as const;

let dynamoDb: TestDynamoDb;
let parts: TestParts;
/** What every name resolves to, now. */
let addresses: string[];

/** The real doors of a deployment, reached over HTTP. */
interface Deployment {
  gateway: Gateway;
  client: Client;
}
/** Allows private targets, as one on one's own machine does. */
let open: Deployment;
/** Does not, as one in an AWS account. */
let strict: Deployment;

const projectsOf = (privateTargets: boolean): ProjectService =>
  new ProjectService({ ...parts, configuration: { privateTargets } }, { resolve: async () => addresses });

const quietMeter: Meter = { count() {}, milliseconds() {}, flush() {} };

async function deployment(privateTargets: boolean): Promise<Deployment> {
  const own = { ...functionParts('load-api', parts, { privateTargets }), meter: quietMeter };
  const projects = projectsOf(privateTargets);
  const loadTests = new LoadService(own, projects, unknownConcurrency);
  const gateway = await gatewayTo({
    'projects-api': httpDoor('projects-api', own, projectHandlers(projects)),
    'load-api': httpDoor('load-api', own, {
      ...loadHandlers({ loadTests, comparisons: new ComparisonService(own, projects, unknownConcurrency) }),
      ...reportHandlers((project, testId) => loadTests.get(project, testId)),
      ...importHandlers(new ImportService(projects)),
    }),
  });
  const { token } = await new KeyService(own).create({ name: 'test', scope: 'admin' }, 'a test');
  return { gateway, client: createClient({ url: gateway.url, apiKey: token }) };
}

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
  parts = await dynamoDb.createParts();
  [open, strict] = await Promise.all([deployment(true), deployment(false)]);
});
afterAll(async () => {
  await Promise.all([open, strict].map((each) => each?.gateway.stop(0)));
  await dynamoDb.stop();
});
beforeEach(() => {
  addresses = ['127.0.0.1'];
});

const params = { project: 'shop' };
const refused = { status: 422, code: 'target-not-allowed' };
const put = ({ client }: Deployment, host: string) =>
  client.call('putProject', { params, body: { baseUrl: `http://${host}:8080` } });
const test = ({ client }: Deployment) => client.call('startLoadTest', { params, body: { users: 1 } });
const compare = ({ client }: Deployment, host: string) =>
  client.call('startComparison', {
    body: {
      configurations: [
        { name: 'own', project: 'shop' },
        { name: 'other', project: 'shop', baseUrl: `http://${host}:8080` },
      ],
    },
  });
const started = async (): Promise<number> =>
  (await open.client.call('listLoadTests', { params })).items.length + parts.sent.length;

describe('at the door of a deployment without private targets', () => {
  it.each(loopbackHosts)('http://%s is no project’s target, nor that of a test or a comparison', async (host) => {
    await expect(put(strict, host)).rejects.toMatchObject(refused);
    // As if it had been allowed once.
    await projectsOf(true).put('shop', projectSettings.parse({ baseUrl: `http://${host}:8080` }));
    await expect(test(strict)).rejects.toMatchObject(refused);
    await projectsOf(true).put('shop', projectSettings.parse({ baseUrl: 'http://shop.example' }));
    await expect(compare(strict, host)).rejects.toMatchObject(refused);
    expect(await started()).toBe(0);
  });
});

describe('at the door of every deployment', () => {
  it.each(metadataHosts)('http://%s is no project’s target, nor that of a comparison', async (host) => {
    await put(open, 'shop.example');
    for (const each of [open, strict]) await expect(put(each, host)).rejects.toMatchObject(refused);
    await expect(compare(open, host)).rejects.toMatchObject(refused);
    expect(await started()).toBe(0);
  });

  it.each([
    ['169.254.169.254'],
    ['::ffff:169.254.169.254'],
    ['fd00:ec2::254'],
    ['127.0.0.1', '169.254.169.254'],
    ['127.0.0.1', '93.184.215.14'],
  ])('a name that has come to mean %s since the project was registered is no target', async (...now) => {
    await put(open, 'shop.example');
    addresses = now;
    await expect(put(open, 'shop.example')).rejects.toMatchObject(refused);
    await expect(test(open)).rejects.toMatchObject(refused);
    await expect(compare(open, 'shop.example')).rejects.toMatchObject(refused);
    expect(await started()).toBe(0);
  });

  it('a name that has come to mean a public address is no target before its owner has proven it', async () => {
    await put(open, 'shop.example');
    addresses = ['93.184.215.14'];
    await expect(test(open)).rejects.toMatchObject({ status: 422, code: 'target-not-verified' });
    expect(await started()).toBe(0);
  });
});
