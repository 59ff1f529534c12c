import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeOf } from '../../../lib/contracts/optimizations.ts';
import { AwsApplier } from '../../../lib/optimization/aws/applier/aws-applier.ts';
import { type Account, managed, startAccount } from '../../support/aws-doubles/account.ts';
import { unspeakable } from '../../support/aws-doubles/double.ts';
import { addTable } from './add-table.ts';
import { namingProject } from './naming-project.ts';

type AwsChange = ChangeOf<'aws'>;
const change = (property: string, resource = 'orders'): AwsChange => ({
  kind: 'aws',
  service: 'lambda',
  resource,
  property,
  before: null,
  after: null,
});

let account: Account;
let applier: AwsApplier;
beforeAll(async () => {
  account = await startAccount();
  applier = new AwsApplier(account.clients, namingProject({ lambdas: ['orders', 'mail'] }), {
    pollMs: 1,
    patienceMs: 500,
  });
});
afterAll(() => account.stop());
beforeEach(() => account.clear());

const failureOf = (attempt: Promise<unknown>): Promise<{ code: string; message: string; stack: string }> =>
  attempt.then(
    () => expect.unreachable('it was done'),
    (error) => error,
  );

describe('what may be changed', () => {
  it('is named by the project, and the refusal says where to name it', async () => {
    account.lambda.state.add('secret');
    const failure = await failureOf(applier.read('shop', change('memorySize', 'secret')));
    expect(failure).toMatchObject({ code: 'forbidden' });
    expect(failure.message).toMatch(/does not name secret among its lambdas: add it to `resources.lambdas`/);
    expect(account.lambda.double.calls).toEqual([]);
  });

  it('has the tag, and the refusal says how to put it there', async () => {
    account.lambda.state.add('orders', { tags: { 'headroom:managed': 'yes' } });
    for (const attempt of [
      applier.read('shop', change('memorySize')),
      applier.write('shop', change('memorySize'), 1_024, { value: 512 }),
    ]) {
      const failure = await failureOf(attempt);
      expect(failure).toMatchObject({ code: 'forbidden' });
      expect(failure.message).toContain(
        'tag-resources --resource-arn-list arn:aws:lambda:us-east-1:123456789012:function:orders --tags headroom:managed=true',
      );
    }
    expect(account.lambda.double.changes).toEqual([]);
  });

  it('of an event source is so where both the function and the mapping have the tag', async () => {
    account.lambda.state.add('orders');
    account.lambda.state.addMapping('m1', 'orders', { tags: {} });
    account.lambda.state.add('mail');
    account.lambda.state.addMapping('m2', 'mail');
    const untagged = await failureOf(applier.read('shop', change('eventSource/m1/batching')));
    expect(untagged.message).toContain('event-source-mapping:m1');
    const foreign = await failureOf(applier.read('shop', change('eventSource/m2/batching')));
    expect(foreign).toMatchObject({ code: 'not-found' });
  });

  it.each([
    'memory',
    'alias/live',
    'eventSource//batching',
    'memorySize/x',
    'constructor',
  ])('is no property that Headroom does not know: %s', async (property) => {
    const failure = await failureOf(applier.read('shop', change(property)));
    expect(failure).toMatchObject({ code: 'invalid-request' });
  });

  it.each([127, 10_241, 1.5, '512', null])('has a value that the service takes, and not %s', async (value) => {
    account.lambda.state.add('orders');
    const failure = await failureOf(applier.write('shop', change('memorySize'), value, { value: 512 }));
    expect(failure).toMatchObject({ code: 'invalid-request' });
    expect(account.lambda.double.changes).toEqual([]);
  });
});

describe('a resource somewhere else', () => {
  const arn = (region: string, account: string, rest: string) => `arn:aws:${rest.replace('?', `${region}:${account}`)}`;
  const kinds = [
    ['lambda', 'lambdas', 'memorySize', 'lambda:?:function:orders'],
    ['dynamodb', 'tables', 'tableClass', 'dynamodb:?:table/elsewhere'],
    ['sqs', 'queues', 'visibilityTimeout', 'sqs:?:elsewhere'],
    ['elasticache', 'caches', 'usageLimits', 'elasticache:?:serverlesscache:orders'],
  ] as const;
  beforeEach(async () => {
    account.lambda.state.add('orders');
    account.elastiCache.state.serverless.set('orders', { name: 'orders', tags: managed, pending: 0 });
  });
  beforeAll(async () => {
    await addTable(account, 'elsewhere');
    await account.clients.sqs.send(new CreateQueueCommand({ QueueName: 'elsewhere', tags: managed }));
  });
  const reading = async (service: AwsChange['service'], kind: string, property: string, resource: string) => {
    const naming = new AwsApplier(account.clients, namingProject({ [kind]: [resource] }), { pollMs: 1 });
    return naming.read('shop', { ...change(property, resource), service });
  };

  it.each(
    kinds,
  )('is not taken for the one of the same name that lies here: %s', async (service, kind, property, text) => {
    const region = await failureOf(reading(service, kind, property, arn('us-west-2', '123456789012', text)));
    expect(region).toMatchObject({ code: 'invalid-request' });
    expect(region.message).toMatch(/lies in the region us-west-2, and Headroom .* in us-east-1/);
    const other = await failureOf(reading(service, kind, property, arn('us-east-1', '999999999999', text)));
    expect(other).toMatchObject({ code: 'invalid-request' });
    expect(other.message).toContain('lies in the account 999999999999');
  });

  it('of API Gateway says its region alone', async () => {
    const api = 'arn:aws:apigateway:us-west-2::/restapis/shop';
    const failure = await failureOf(reading('apigateway', 'apis', 'minimumCompressionSize', api));
    expect(failure.message).toContain('us-west-2');
  });

  it('is told by the URL of a queue, too', async () => {
    const url = 'https://sqs.us-west-2.amazonaws.com/123456789012/elsewhere';
    expect(await failureOf(reading('sqs', 'queues', 'visibilityTimeout', url))).toMatchObject({
      code: 'invalid-request',
    });
  });
});

describe('a change', () => {
  it('is refused when the value is not what was held', async () => {
    const orders = account.lambda.state.add('orders');
    const held = await applier.read('shop', change('memorySize'));
    orders.memoryMb = 256;
    const failure = await failureOf(applier.write('shop', change('memorySize'), 1_024, held));
    expect(failure).toMatchObject({ code: 'conflict' });
    expect(account.lambda.double.changes).toEqual([]);
  });

  it('is refused when the function was deployed anew', async () => {
    const orders = account.lambda.state.add('orders');
    const held = await applier.read('shop', change('memorySize'));
    orders.code = 'second';
    const failure = await failureOf(applier.write('shop', change('memorySize'), 1_024, held));
    expect(failure).toMatchObject({ code: 'conflict' });
    expect(account.lambda.double.changes).toEqual([]);
  });

  it('is refused by Lambda itself when somebody comes between the last look and the change', async () => {
    account.lambda.state.add('orders');
    const held = await applier.read('shop', change('memorySize'));
    account.lambda.double.fail('UpdateFunctionConfiguration', 'PreconditionFailedException', { status: 412 });
    const failure = await failureOf(applier.write('shop', change('memorySize'), 1_024, held));
    expect(failure).toMatchObject({ code: 'conflict' });
    expect(account.lambda.double.changes).toHaveLength(1);
    expect(account.lambda.double.changes[0]?.input.RevisionId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('leaves what is held of other properties of the same function as it was', async () => {
    account.lambda.state.add('orders');
    const [memory, timeout] = await Promise.all([
      applier.read('shop', change('memorySize')),
      applier.read('shop', change('timeout')),
    ]);
    await applier.write('shop', change('memorySize'), 1_024, memory);
    const changed = await applier.write('shop', change('timeout'), 30, timeout);
    expect(changed).toEqual({ value: 30, revision: memory.revision });
  });

  it('comes to the same however often it is made', async () => {
    account.lambda.state.add('orders');
    const held = await applier.read('shop', change('memorySize'));
    const first = await applier.write('shop', change('memorySize'), 1_024, held);
    const again = await applier.write('shop', change('memorySize'), 1_024, held);
    expect(again).toEqual(first);
    expect(account.lambda.double.changes).toHaveLength(1);
  });

  it('that was cut off while it was under way is taken up, and waited for', async () => {
    const { state, double } = account.lambda;
    const orders = state.add('orders');
    const held = await applier.read('shop', change('memorySize'));
    state.settlesAfter = 1_000_000;
    const failure = await failureOf(applier.write('shop', change('memorySize'), 1_024, held));
    expect(failure).toMatchObject({ code: 'unavailable', retryAfterSeconds: 30 });
    orders.pending = 3;
    expect(await applier.write('shop', change('memorySize'), 1_024, held)).toMatchObject({ value: 1_024 });
    expect(double.changes).toHaveLength(1);
  });

  it('that Lambda could not put in force is told, and can be taken back', async () => {
    const { state } = account.lambda;
    const orders = state.add('orders');
    const held = await applier.read('shop', change('memorySize'));
    orders.updateFails = true;
    const failure = await failureOf(applier.write('shop', change('memorySize'), 1_024, held));
    expect(failure).toMatchObject({ code: 'unavailable' });
    const broken = await applier.read('shop', change('memorySize'));
    const back = applier.write('shop', change('memorySize'), 512, broken);
    orders.updateFails = false;
    expect(await back).toMatchObject({ value: 512 });
  });

  it.each([
    ['TooManyRequestsException', 429, 'unavailable'],
    ['AccessDeniedException', 403, 'forbidden'],
    ['ResourceConflictException', 409, 'conflict'],
    ['InvalidParameterValueException', 400, 'invalid-request'],
    ['ServiceException', 500, 'unavailable'],
  ])('tells of %s in words of its own, and never what AWS said', async (code, status, expected) => {
    account.lambda.state.add('orders', { tags: managed });
    const held = await applier.read('shop', change('memorySize'));
    account.lambda.double.fail('UpdateFunctionConfiguration', code, { status });
    const failure = await failureOf(applier.write('shop', change('memorySize'), 1_024, held));
    expect(failure).toMatchObject({ code: expected });
    expect(failure.message).toContain('memorySize of orders');
    expect(failure.message).not.toMatch(new RegExp(`${unspeakable}|${code}`));
    expect((await applier.read('shop', change('memorySize'))).value).toBe(512);
  });
});
