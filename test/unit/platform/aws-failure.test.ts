import { LambdaServiceException } from '@aws-sdk/client-lambda';
import { expect, it } from 'vitest';
import { awsFailure } from '../../../lib/platform/aws-failure.ts';

const answered = (name: string, httpStatusCode: number): LambdaServiceException =>
  new LambdaServiceException({ name, $fault: 'client', $metadata: { httpStatusCode } });

it.each([
  ['CodeStorageExceededException', 400, 'invalid-request'],
  ['UnknownOperationException', 400, 'invalid-request'],
  ['SomethingNewException', 422, 'invalid-request'],
  ['SomethingNewException', 429, 'unavailable'],
  ['LimitExceededException', 400, 'unavailable'],
  ['ExpiredTokenException', 403, 'unavailable'],
  ['ServiceException', 500, 'unavailable'],
])('%s with status %d is %s', (name, status, code) => {
  const failure = awsFailure(answered(name, status), 'the function orders');
  expect(failure.code).toBe(code);
  // In words: what the service calls it is none of the caller's business.
  expect(failure.message).toContain('the function orders');
  expect(failure.message).not.toMatch(/Exception|Error/);
  expect(failure.retryAfterSeconds === undefined).toBe(code !== 'unavailable');
});

it('takes a connection that is refused for a machine without AWS, where asking again would not help', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' });
  const failure = awsFailure(refused, 'the stack shop');
  expect(failure).toMatchObject({
    code: 'invalid-request',
    message: 'No AWS answers here that could be asked about the stack shop.',
  });
  expect(failure.retryAfterSeconds).toBeUndefined();
});
