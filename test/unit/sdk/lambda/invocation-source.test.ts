import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endpointWindow } from '../../../../lib/contracts/telemetry.ts';
import { invocationSource } from '../../../../lib/sdk/telemetry/lambda/invocation-source.ts';
import { outcomeOf } from '../../../../lib/sdk/telemetry/lambda/outcome.ts';
import { balancerEvent, httpEvent, queueEvent, restEvent } from '../../../contract/sdk-lambda/events.ts';

const record = (fields: object) => ({ Records: [fields] });
const bus = (source: string, kind: string, resources: string[] = []) => ({
  source,
  'detail-type': kind,
  resources,
  detail: {},
});

describe('what invoked a function', () => {
  it.each([
    [httpEvent('GET', '/items/7', 'GET /items/{id}'), 'GET', '/items/:id'],
    [httpEvent('POST', '/prod/items', 'ANY /items', 'prod'), 'POST', '/items'],
    [httpEvent('GET', '/prod/items/4711/parts', '$default', 'prod'), 'GET', '/items/:id/parts'],
    [httpEvent('GET', '/prod', '$default', 'prod'), 'GET', '/'],
    [httpEvent('GET', '/products/7', '$default', 'prod'), 'GET', '/products/:id'],
    [httpEvent('GET', '/a/7/b', 'ANY /{proxy+}'), 'GET', '/a/:id/b'],
    [restEvent('DELETE', '/items/7', '/items/{id}'), 'DELETE', '/items/:id'],
    [restEvent('GET', '/a/7', '/{proxy+}'), 'GET', '/a/:id'],
    [restEvent('GET', '/prod/a', '/{proxy+}'), 'GET', '/prod/a'],
    [balancerEvent('GET', '/items/7'), 'GET', '/items/:id'],
    [queueEvent('a'), '*', 'sqs:orders'],
    [record({ EventSource: 'aws:sns', Sns: { TopicArn: 'arn:aws:sns:eu-west-1:1:alarms' } }), '*', 'sns:alarms'],
    [record({ eventSource: 'aws:s3', s3: { bucket: { name: 'photos' } } }), '*', 's3:photos'],
    [
      record({
        eventSource: 'aws:dynamodb',
        eventSourceARN: 'arn:aws:dynamodb:eu-west-1:1:table/Orders/stream/2026-01-27T00:48:05.899',
      }),
      '*',
      'dynamodb:Orders',
    ],
    [
      record({ eventSource: 'aws:kinesis', eventSourceARN: 'arn:aws:kinesis:eu-west-1:1:stream/clicks' }),
      '*',
      'kinesis:clicks',
    ],
    [bus('aws.events', 'Scheduled Event', ['arn:aws:events:eu-west-1:1:rule/nightly']), '*', 'schedule:nightly'],
    [
      bus('aws.scheduler', 'Scheduled Event', ['arn:aws:scheduler:eu-west-1:1:schedule/group/hourly']),
      '*',
      'schedule:hourly',
    ],
    [bus('shop', 'OrderPlaced'), '*', 'eventbridge:shop/OrderPlaced'],
    [
      { eventSource: 'aws:kafka', eventSourceArn: 'arn:aws:kafka:eu-west-1:1:cluster/c/u', records: {} },
      '*',
      'kafka:c',
    ],
    [{ requestContext: { connectionId: 'x', routeKey: '$connect', eventType: 'CONNECT' } }, '*', 'websocket:$connect'],
    [{ triggerSource: 'PreSignUp_SignUp' }, '*', 'cognito:PreSignUp_SignUp'],
    [{ info: { fieldName: 'order', parentTypeName: 'Query' } }, '*', 'appsync:Query.order'],
    [{ awslogs: { data: 'H4s' } }, '*', 'logs'],
    [{ any: 'thing' }, '*', 'direct'],
    ['text', '*', 'direct'],
    [null, '*', 'direct'],
  ])('is told of %#', (event, method, route) => {
    expect(invocationSource(event)).toMatchObject({ method, route });
  });

  it('is always something that Headroom takes, whatever the event and the answer are', () => {
    const names = [
      'Records',
      'httpMethod',
      'requestContext',
      'http',
      'method',
      'path',
      'rawPath',
      'resource',
      'routeKey',
      'stage',
    ];
    const more = [
      'eventSource',
      'eventSourceARN',
      'source',
      'detail-type',
      'resources',
      'body',
      'statusCode',
      'batchItemFailures',
    ];
    const key = fc.constantFrom(...names, ...more);
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue(),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree')),
      ),
    }));
    const shape = endpointWindow.pick({ method: true, route: true, requestBytes: true });
    fc.assert(
      fc.property(tree, tree, (event, result) => {
        const source = invocationSource(event);
        const { requestBytes, method } = source;
        expect(
          shape.safeParse({ requestBytes, method: method.slice(0, 20), route: source.route }).error,
        ).toBeUndefined();
        const { status, responseBytes } = outcomeOf(result, event, source);
        expect(status).toBeGreaterThanOrEqual(100);
        expect(status).toBeLessThan(1_000);
        expect(responseBytes).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('how an invocation ended', () => {
  const http = httpEvent('GET', '/');
  const rest = restEvent('GET', '/', '/');
  it.each([
    [http, { statusCode: 404, body: 'é' }, { status: 404, responseBytes: 2 }],
    [http, { statusCode: 200, body: 'aGVsbG8=', isBase64Encoded: true }, { status: 200, responseBytes: 5 }],
    [http, { any: 'thing' }, { status: 200, responseBytes: 15 }],
    [http, 'text', { status: 200, responseBytes: 4 }],
    [http, { statusCode: 7 }, { status: 502, responseBytes: 0 }],
    [rest, { any: 'thing' }, { status: 502, responseBytes: 0 }],
    [queueEvent('a', 'b'), undefined, { status: 200, responseBytes: 0 }],
    [queueEvent('a', 'b'), { batchItemFailures: [{}] }, { status: 207, responseBytes: 0 }],
    [queueEvent('a', 'b'), { batchItemFailures: [{}, {}] }, { status: 500, responseBytes: 0 }],
  ])('is told of %#', (event, result, outcome) => {
    expect(outcomeOf(result, event, invocationSource(event))).toEqual(outcome);
  });
});
