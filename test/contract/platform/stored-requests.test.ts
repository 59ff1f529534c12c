import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTest, loadTestAccepted, loadTestRequest } from '../../../lib/contracts/load.ts';
import { problem } from '../../../lib/contracts/problem.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { ComparisonService } from '../../../lib/load/comparisons/service.ts';
import { loadHandlers } from '../../../lib/load/handlers.ts';
import { importHandlers } from '../../../lib/load/imports/handlers.ts';
import { ImportService } from '../../../lib/load/imports/service.ts';
import { reportHandlers } from '../../../lib/load/report/handlers.ts';
import { LoadService } from '../../../lib/load/service.ts';
import { httpDoor } from '../../../lib/platform/http/door.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { outputOf } from '../../support/captured-output.ts';
import { functionParts } from '../../support/function-parts.ts';
import { eventOf } from '../../support/gateway-event.ts';
import { startTestDynamoDb, type TestDynamoDb } from '../../support/history-table.ts';
import { contextOf } from '../../support/invocation.ts';
import { unknownConcurrency } from '../../support/load-run.ts';

let dynamoDb: TestDynamoDb;
let call: (method: string, target: string, body?: unknown) => Promise<APIGatewayProxyStructuredResultV2>;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
  const parts = functionParts('load-api', await dynamoDb.createParts());
  const { token } = await new KeyService(parts).create({ name: 'operator', scope: 'operate' }, 'a test');
  const projects = new ProjectService(parts, { resolve: async () => ['127.0.0.1'] });
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://shop.example' }));
  const loadTests = new LoadService(parts, projects, unknownConcurrency);
  const reports = reportHandlers((project, testId) => loadTests.get(project, testId));
  const handler = httpDoor('load-api', parts, {
    ...loadHandlers({ loadTests, comparisons: new ComparisonService(parts, projects, unknownConcurrency) }),
    ...reports,
    ...importHandlers(new ImportService(projects)),
  });
  call = async (method, target, body) => {
    const event = eventOf(method, target, { token, ...(body === undefined ? {} : { body }) });
    let answer: APIGatewayProxyStructuredResultV2 = {};
    await outputOf(async () => {
      answer = await handler(event, contextOf('load-api'));
    });
    return answer;
  };
});
afterAll(() => dynamoDb.stop());

/** Names that objects have of themselves, and names that look like the attributes and types of a table. */
const trap = fc.constantFrom(
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'length',
  'S',
  'NULL',
  'pk',
  'data',
);

/** Any well-formed text; templates have a syntax of their own. */
const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((given) => !given.includes('{{'));
const line = text.filter((given) => !/\p{Cc}/u.test(given));
const name = fc.oneof(trap, text).filter((given) => given !== '__proto__');

const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, Number.MIN_VALUE, 1e-200, 0.1 + 0.2),
);

const { json } = fc.letrec((tie) => ({
  json: fc.oneof({ depthSize: 'small' }, number, text, fc.boolean(), fc.constant(null), tie('list'), tie('record')),
  list: fc.array(tie('json'), { maxLength: 4 }),
  record: fc.dictionary(name, tie('json'), { maxKeys: 4 }),
}));

const scenario = fc.record(
  {
    name: fc.oneof(trap, fc.stringMatching(/^[\w .:/-]{1,30}$/)).filter((given) => given !== '__proto__'),
    method: fc.constantFrom('GET', 'POST', 'DELETE'),
    path: line.filter((given) => !given.includes('#')).map((given) => `/${given}`),
    weight: fc.double({ noNaN: true, min: Number.MIN_VALUE, max: 1_000_000 }),
    headers: fc.dictionary(fc.oneof(trap, fc.constantFrom('x-a', '~', "!#$%&'*+")), fc.stringMatching(/^[ -z]{0,20}$/)),
    query: fc.dictionary(
      name.filter((given) => given !== ''),
      fc.oneof(line, number, fc.boolean()),
    ),
    body: fc.oneof(text, fc.array(json, { maxLength: 4 }), fc.dictionary(name, json, { maxKeys: 4 })),
  },
  { requiredKeys: ['name'] },
);

const request = fc.record(
  {
    scenarios: fc.uniqueArray(scenario, { minLength: 1, maxLength: 3, selector: (given) => given.name }),
    users: fc.integer({ min: 1, max: 100 }),
    durationSeconds: fc.double({ noNaN: true, min: 0.001, max: 300 }),
    thinkTimeMs: fc.double({ noNaN: true, min: 0, max: 600_000 }),
  },
  { requiredKeys: ['scenarios'] },
);

describe('a request that the contract lets in', () => {
  it('is stored, and read back equal, whatever its names and numbers are', async () => {
    await fc.assert(
      fc.asyncProperty(request, async (given) => {
        const started = await call('POST', '/v1/projects/shop/load-tests', given);
        expect(started, started.body).toMatchObject({ statusCode: 202 });
        const { testId } = loadTestAccepted.parse(JSON.parse(started.body ?? ''));
        const shown = await call('GET', `/v1/projects/shop/load-tests/${testId}`);
        const { request: stored } = loadTest.parse(JSON.parse(shown.body ?? ''));
        expect(stored).toEqual(loadTestRequest.parse(JSON.parse(JSON.stringify(given))));
      }),
      { numRuns: 60 },
    );
  });
});

/** As text, because objects of this language cannot say all that JSON can. */
const unkeepable = fc.constantFrom(
  '9007199254740992',
  '-12345678901234567890',
  '1e200',
  '1e400',
  '"\\ud800"',
  '"a\\udc00b"',
  '['.repeat(70) + ']'.repeat(70),
  `${'{"x":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
);
const step = fc.oneof(fc.nat(3), name);

describe('what JSON can say and nothing can keep', () => {
  it('is refused with the place where it stands, wherever that is', async () => {
    await fc.assert(
      fc.asyncProperty(unkeepable, fc.array(step, { minLength: 1, maxLength: 6 }), async (fault, steps) => {
        const body = steps.reduceRight(
          (inner, at) =>
            typeof at === 'number' ? `[${'0,'.repeat(at)}${inner}]` : `{"before":0,${JSON.stringify(at)}:${inner}}`,
          fault,
        );
        const answer = await call(
          'POST',
          '/v1/projects/shop/load-tests',
          `{"scenarios":[{"name":"a","body":${body}}]}`,
        );
        const { status, code, errors = [] } = problem.parse(JSON.parse(answer.body ?? ''));
        expect({ status, code }).toEqual({ status: 400, code: 'invalid-request' });
        expect(errors).toHaveLength(1);
        expect(errors[0]?.path.startsWith(['body.scenarios.0.body', ...steps].join('.'))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
