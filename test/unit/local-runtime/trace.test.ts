import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newTrace, traceInvocation } from '../../../lib/local/lambda/trace.ts';
import { failedMessages } from '../../../lib/local/sources/sqs-event.ts';

describe('a trace', () => {
  it('begins with the time, as X-Ray wants it', () => {
    expect(newTrace(0x65f0c0de * 1000)).toMatch(/^Root=1-65f0c0de-[0-9a-f]{24}$/);
  });

  it('counts the invocations of each function in a chain', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('one', 'two', 'three'), { minLength: 1, maxLength: 60 }), (chain) => {
        const root = newTrace(0);
        let trace = root;
        const counted = new Map<string, number>();
        for (const name of chain) {
          const invocation = traceInvocation(trace, name);
          trace = invocation.trace;
          counted.set(name, (counted.get(name) ?? 0) + 1);
          expect(invocation.count).toBe(counted.get(name));
        }
        expect(trace).toMatch(/^Root=1-[0-9a-f-]+;Parent=[0-9a-f]{16};Sampled=0;Lineage=[0-9a-f:|]+$/);
        expect(trace.startsWith(root)).toBe(true);
      }),
    );
  });

  it('bears a header that somebody else wrote', () => {
    expect(traceInvocation('Root=1-2-3;Sampled=1;Self=x;Lineage=nonsense', 'one')).toMatchObject({ count: 1 });
    expect(traceInvocation('', 'one').count).toBe(1);
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html: what counts as success and as failure
describe('the answer to a batch', () => {
  const ids = ['a', 'b', 'c'];

  it.each([
    [null],
    [''],
    [{}],
    [{ batchItemFailures: [] }],
    [{ batchItemFailures: null }],
  ])('is success: %j', (answer) => {
    expect(failedMessages(answer, ids)).toEqual([]);
  });

  it.each([
    ['text'],
    [{ batchItemFailures: 'a' }],
    [{ batchItemFailures: [{ itemIdentifier: '' }] }],
    [{ batchItemFailures: [{ itemIdentifier: null }] }],
    [{ batchItemFailures: [{ identifier: 'a' }] }],
    [{ batchItemFailures: [null] }],
    [{ batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'z' }] }],
  ])('fails the whole batch: %j', (answer) => {
    expect(failedMessages(answer, ids)).toEqual(ids);
  });

  it('fails the messages that it names', () => {
    expect(failedMessages({ batchItemFailures: [{ itemIdentifier: 'b' }] }, ids)).toEqual(['b']);
  });
});
