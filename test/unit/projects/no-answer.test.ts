import { expect, it } from 'vitest';
import { NoEndInTime, whyNoAnswer } from '../../../lib/projects/no-answer.ts';

const coded = (code: string): Error => Object.assign(new Error(`connect ${code} 10.0.0.7:6379`), { code });

it.each([
  [coded('ECONNREFUSED'), 'the connection was refused'],
  [coded('CERT_HAS_EXPIRED'), 'its certificate is not one to trust'],
  [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'its certificate is not one to trust'],
  [coded('HPE_INVALID_CONSTANT'), 'it does not speak HTTP'],
  [new AggregateError([coded('ETIMEDOUT'), coded('ENETUNREACH')]), 'it took too long'],
  [new NoEndInTime(5_000), 'no end after 5 s'],
  [coded('ESOMETHING'), 'it could not be asked'],
  ['10.0.0.7', 'it could not be asked'],
])('tells of %s in words, and of no address', (error, reason) => {
  expect(whyNoAnswer(error)).toBe(reason);
});
