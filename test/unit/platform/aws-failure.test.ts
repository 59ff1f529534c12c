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
