import http from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import {
  type ImportedScenarios,
  type ScenarioImport,
  scenarioImport,
} from '../../../lib/contracts/scenario-imports.ts';
import { ComparisonService } from '../../../lib/load/comparisons/service.ts';
import { loadHandlers } from '../../../lib/load/handlers.ts';
import { importHandlers } from '../../../lib/load/imports/handlers.ts';
import { ImportService } from '../../../lib/load/imports/service.ts';
import { reportHandlers } from '../../../lib/load/report/handlers.ts';
import { LoadService } from '../../../lib/load/service.ts';
import { httpDoor } from '../../../lib/platform/http/door.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { createClient } from '../../../lib/sdk/client.ts';
import { outputOf } from '../../support/captured-output.ts';
import { functionParts } from '../../support/function-parts.ts';
import { gatewayTo } from '../../support/gateway-doors.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { type Listening, listening } from '../../support/listening.ts';
import { unknownConcurrency } from '../../support/load-run.ts';

type Answer = { status?: number; headers?: Record<string, string>; body: string };

const document = JSON.stringify({ openapi: '3.1.0', paths: { '/products': { get: {} } } });

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let target: Listening;
let answers: Record<string, Answer> = {};
let asked: string[] = [];

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
  parts = await dynamoDb.createParts();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  asked = [];
  const server = http.createServer(({ url = '' }, response) => {
    asked.push(url);
    const { status = 200, headers = {}, body } = answers[url] ?? { status: 404, body: '' };
    response.writeHead(status, headers).end(body);
  });
  target = await listening(server);
});
afterEach(() => target.close());

interface At {
  basePath?: string;
  addresses?: string[];
  privateTargets?: boolean;
}

async function importing(given: object, { basePath = '', addresses = ['127.0.0.1'], privateTargets = true }: At = {}) {
  const projects = new ProjectService(
    { ...parts, configuration: { ...parts.configuration, privateTargets } },
    { resolve: async () => addresses },
  );
  // Registered while its name had another address: what counts is where it leads now.
  const registering = new ProjectService(parts, { resolve: async () => ['127.0.0.1'] });
  await registering.put('shop', projectSettings.parse({ baseUrl: `http://shop.example:${target.port}${basePath}` }));
  const body: ScenarioImport = scenarioImport.parse(given);
  return new ImportService(projects).import('shop', body);
}

describe('an import of the target’s own document', () => {
  it.each(['/openapi.json', '/v3/api-docs', '/api-docs'])('finds it at %s', async (path) => {
    answers = { [path]: { body: document } };
    const { scenarios } = await importing({ source: 'openapi' });
    expect(scenarios.map(({ name }) => name)).toEqual(['GET /products']);
    expect(asked.at(-1)).toBe(path);
  });

  it('finds it below the base path before the origin, and where it is said to be', async () => {
    answers = { '/api/spec.yaml': { body: 'openapi: 3.0.0\npaths: { /products: { get: {} } }' } };
    await importing({ source: 'openapi', path: '/spec.yaml' }, { basePath: '/api' });
    expect(asked).toEqual(['/api/spec.yaml']);
    asked = [];
    await expect(importing({ source: 'openapi', path: '/other' }, { basePath: '/api' })).rejects.toThrow(/other/);
    expect(asked).toEqual(['/api/other', '/other']);
  });

  it('takes no page and no redirect for it, and says what it tried', async () => {
    answers = {
      '/openapi.json': { status: 302, headers: { location: '/hidden' }, body: '' },
      '/openapi.yaml': { body: '<html>swagger: 2.0</html>' },
      '/hidden': { body: document },
    };
    await expect(importing({ source: 'openapi' })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(
        /\/openapi\.json \(status 302\), \/openapi\.yaml \(something else\), \/v3\/api-docs \(status 404\)/,
      ),
    });
    expect(asked).not.toContain('/hidden');
  });

  it('takes none of more than 5 MB', async () => {
    answers = { '/openapi.json': { body: document + ' '.repeat(5_000_000) } };
    await expect(importing({ source: 'openapi', path: '/openapi.json' })).rejects.toThrow(/over 5 MB/);
  });

  it.each([
    ['a metadata service', { addresses: ['169.254.169.254'] }, 'target-not-allowed'],
    ['a private address where none is allowed', { privateTargets: false }, 'target-not-allowed'],
    ['a public address whose owner is not proven', { addresses: ['1.1.1.1'] }, 'target-not-verified'],
  ])('does not ask %s', async (_, at, code) => {
    answers = { '/openapi.json': { body: document } };
    await expect(importing({ source: 'openapi' }, at)).rejects.toMatchObject({ code });
    expect(asked).toEqual([]);
  });

  it('asks nobody where the document is given', async () => {
    const { scenarios } = await importing({ source: 'openapi', document }, { addresses: ['169.254.169.254'] });
    expect(scenarios).toHaveLength(1);
    expect(asked).toEqual([]);
  });
});

describe('an import', () => {
  it('takes a log of 4.5 MB through the gateway, and answers as the contract says', async () => {
    const own = functionParts('load-api', parts);
    const { token } = await new KeyService(own).create({ name: 'operator', scope: 'operate' }, 'a test');
    const projects = new ProjectService(own);
    const loadTests = new LoadService(own, projects, unknownConcurrency);
    const handler = httpDoor('load-api', own, {
      ...loadHandlers({ loadTests, comparisons: new ComparisonService(own, projects, unknownConcurrency) }),
      ...reportHandlers((project, testId) => loadTests.get(project, testId)),
      ...importHandlers(new ImportService(projects)),
    });
    await importing({ source: 'openapi', document });
    const gateway = await gatewayTo({ 'load-api': handler });
    onTestFinished(() => gateway.stop(0));
    const lines = Array.from(
      { length: 45_000 },
      (_, at) =>
        `203.0.113.9 - - [31/Jan/2026:02:00:00 +0000] "GET /products/${at % 700} HTTP/1.1" 200 512 "-" "Mozilla"`,
    );
    const client = createClient({ url: gateway.url, apiKey: token });
    let made: ImportedScenarios | undefined;
    await outputOf(async () => {
      made = await client.call('importScenarios', {
        params: { project: 'shop' },
        body: { source: 'access-log', document: lines.join('\n') },
      });
    });
    expect(made?.scenarios).toMatchObject([{ name: 'GET /products/:id', weight: 45_000 }]);
    expect(made?.arrivalRate).toBe(750);
  });

  it('is of a project that exists', async () => {
    const service = new ImportService(new ProjectService(parts));
    const log = scenarioImport.parse({ source: 'access-log', document: '[x] "GET / HTTP/1.1" 200' });
    await expect(service.import('nobody', log)).rejects.toMatchObject({ code: 'not-found' });
  });
});
