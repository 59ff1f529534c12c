import { describe, expect, it } from 'vitest';
import { resourceName } from '../../../../lib/telemetry/aws/resource-name.ts';

describe('the name of a resource', () => {
  it.each([
    ['orders', 'orders'],
    ['arn:aws:lambda:eu-west-1:123456789012:function:orders', 'orders'],
    ['arn:aws:lambda:eu-west-1:123456789012:function:orders:live', 'orders'],
    ['arn:aws:dynamodb:eu-west-1:123456789012:table/orders', 'orders'],
    ['arn:aws:dynamodb:eu-west-1:123456789012:table/orders/index/by-date', 'orders'],
    ['arn:aws:sqs:eu-west-1:123456789012:orders.fifo', 'orders.fifo'],
    ['https://sqs.eu-west-1.amazonaws.com/123456789012/orders', 'orders'],
    ['arn:aws:apigateway:eu-west-1::/apis/a1b2c3d4e5', 'a1b2c3d4e5'],
    ['arn:aws:elasticache:eu-west-1:123456789012:serverlesscache:shop', 'shop'],
    ['arn:aws:elasticache:eu-west-1:123456789012:cluster:shop-001', 'shop-001'],
    ['arn:', 'arn:'],
  ])('in %s is %s', (text, name) => {
    expect(resourceName(text)).toBe(name);
  });
});
