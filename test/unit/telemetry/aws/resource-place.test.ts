import { expect, it } from 'vitest';
import { isElsewhere, resourcePlace } from '../../../../lib/telemetry/aws/resource-place.ts';

it.each([
  ['orders', {}],
  ['arn:aws:lambda:us-west-2:123456789012:function:orders', { region: 'us-west-2', account: '123456789012' }],
  ['arn:aws:apigateway:eu-west-1::/apis/a1b2c3d4e5', { region: 'eu-west-1' }],
  ['https://sqs.eu-west-1.amazonaws.com/123456789012/mail', { region: 'eu-west-1', account: '123456789012' }],
  ['https://eu-west-1.queue.amazonaws.com/123456789012/mail', { region: 'eu-west-1', account: '123456789012' }],
  ['http://127.0.0.1:4566/000000000000/mail', { account: '000000000000' }],
  ['https://queues.example.com/mail', {}],
])('%s lies there', (text, place) => {
  expect(resourcePlace(text)).toEqual(place);
});

it('What says nothing of its region lies here', () => {
  expect(isElsewhere('orders', 'us-east-1')).toBe(false);
  expect(isElsewhere('arn:aws:dynamodb:us-east-1:123456789012:table/orders', 'us-east-1')).toBe(false);
  expect(isElsewhere('arn:aws:dynamodb:us-east-2:123456789012:table/orders', 'us-east-1')).toBe(true);
});
