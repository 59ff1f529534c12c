import { describe, expect, it } from 'vitest';
import { LambdaFigures } from '../../../../lib/sdk/telemetry/lambda/lambda-figures.ts';

const context = (remainingMs: number) => ({ memoryLimitInMB: '256', getRemainingTimeInMillis: () => remainingMs });

describe('the figures of an environment of Lambda', () => {
  it('count the invocations of a window, its cold start, and the least time that was left', () => {
    const figures = new LambdaFigures({});
    for (const remainingMs of [900, 100, 500]) {
      figures.begin(context(3_000), 240.4);
      figures.end(context(remainingMs));
    }
    const expected = { invocations: 3, coldStarts: 1, initMs: 240, memoryLimitMb: 256, minRemainingMs: 100 };
    expect(figures.close()).toEqual(expected);
    expect(figures.close()).toBeUndefined();
    figures.begin(context(3_000), 9_000);
    expect(figures.close()).toEqual({ invocations: 1, coldStarts: 0, memoryLimitMb: 256 });
  });

  it.each([
    ['provisioned', { AWS_LAMBDA_INITIALIZATION_TYPE: 'provisioned-concurrency' }, 200],
    ['made ahead of time by Lambda', { AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' }, 60_000],
  ])('count no cold start where the environment was %s', (_, environment, upMs) => {
    const figures = new LambdaFigures(environment);
    figures.begin(context(3_000), upMs);
    expect(figures.close()).toEqual({ invocations: 1, coldStarts: 0, memoryLimitMb: 256 });
  });

  it('take the memory from the environment where the context does not tell, and say nothing where neither does', () => {
    const known = new LambdaFigures({ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024' });
    known.begin(undefined, 1);
    expect(known.close()?.memoryLimitMb).toBe(1_024);
    const unknown = new LambdaFigures({});
    unknown.begin(undefined, 1);
    expect(unknown.close()).toBeUndefined();
  });
});
