import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createFunctionHost,
  type FunctionHost,
  type FunctionHostOptions,
} from '../../../lib/local/lambda/function-host.ts';
import { identifyProcess } from '../../../lib/local/supervision/process-identity.ts';
import { bundleFunction, temporaryDirectory } from '../../support/bundle-function.ts';

let bundleDirectory: string;
let runDirectory: string;
const hosts: FunctionHost[] = [];

beforeAll(async () => {
  bundleDirectory = await bundleFunction(new URL('./functions/behaviours.ts', import.meta.url));
  runDirectory = temporaryDirectory();
});
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop()));
});
afterAll(() => {
  rmSync(bundleDirectory, { recursive: true, force: true });
  rmSync(runDirectory, { recursive: true, force: true });
});

type Given = Partial<Omit<FunctionHostOptions, 'definition'>> & Partial<FunctionHostOptions['definition']>;

function hostOf(given: Given = {}): FunctionHost {
  const { host = 'thread', memoryMb = 256, timeoutSeconds = 20, reservedConcurrency, ...rest } = given;
  const created = createFunctionHost({
    name: 'behaviours',
    definition: {
      host,
      memoryMb,
      timeoutSeconds,
      ...(reservedConcurrency === undefined ? {} : { reservedConcurrency }),
    },
    bundleDirectory,
    environment: { AWS_LAMBDA_FUNCTION_NAME: 'behaviours', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256', GIVEN: 'yes' },
    runDirectory,
    onLog: () => {},
    ...rest,
  });
  hosts.push(created);
  return created;
}

async function answerOf(invocation: ReturnType<FunctionHost['invoke']>): Promise<unknown> {
  const result = await invocation;
  if (!result.ok) throw new Error(`${result.errorType}: ${result.errorMessage}`);
  return result.payload;
}

interface Identity {
  invocations: number;
  pid: number;
  threadId: number;
}

it.runIf(process.platform === 'linux')('gives way in a thread of its own, and not in a process', async () => {
  const usual = getPriority(0);
  const nicenessOf = async (host: 'thread' | 'process', niceness: number) =>
    answerOf(hostOf({ host, niceness }).invoke({ do: 'niceness' }));
  expect(await nicenessOf('thread', 5)).toBe(Math.min(19, usual + 5));
  expect(await nicenessOf('thread', 0)).toBe(usual);
  expect(await nicenessOf('process', 5)).toBe(usual);
  expect(getPriority(0)).toBe(usual);
});

describe.each(['thread', 'process'] as const)('a function in a %s', (host) => {
  it('answers what the handler returned, as JSON', async () => {
    const event = { do: 'echo', text: 'ä', list: [1, null], absent: undefined };
    const function_ = hostOf({ host });
    expect(await answerOf(function_.invoke(event))).toEqual({ do: 'echo', text: 'ä', list: [1, null] });
    expect(await answerOf(function_.invoke({ do: 'nothing' }))).toBeNull();
  });

  it('sees the given environment and nothing of the machine’s own', async () => {
    process.env.HEADROOM_TEST_SECRET = 'of the parent';
    const environment = await answerOf(
      hostOf({ host }).invoke({ do: 'environment' }, { trace: 'Root=1-2-3;Lineage=a:1' }),
    );
    delete process.env.HEADROOM_TEST_SECRET;
    expect(environment).toMatchObject({ GIVEN: 'yes', _X_AMZN_TRACE_ID: 'Root=1-2-3;Lineage=a:1' });
    expect(
      Object.keys(environment as object).filter(
        (name) => !/^(AWS_LAMBDA_|GIVEN|_X_AMZN|NODE_CHANNEL|NODE_COMPILE_CACHE)/.test(name),
      ),
    ).toEqual([]);
  });

  it('gives the handler its context', async () => {
    const context = (await answerOf(hostOf({ host, timeoutSeconds: 9 }).invoke({ do: 'context' }))) as Record<
      string,
      unknown
    >;
    expect(context).toMatchObject({
      functionName: 'behaviours',
      memoryLimitInMB: '256',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:behaviours',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(context.remainingMs).toBeGreaterThan(5_000);
    expect(context.remainingMs).toBeLessThanOrEqual(9_000);
  });

  it('hands on each line that the function writes', async () => {
    const { promise, resolve } = Promise.withResolvers<string[]>();
    const lines: string[] = [];
    const onLog = (line: string) => lines.push(line) === 2 && resolve(lines);
    await hostOf({ host, onLog }).invoke({ do: 'talk' });
    expect((await promise).toSorted()).toEqual(['another line', 'one line']);
  });

  it('reuses an instance, and starts another only while that one is busy', async () => {
    const function_ = hostOf({ host });
    const first = (await answerOf(function_.invoke({ do: 'identity' }))) as Identity;
    const second = (await answerOf(function_.invoke({ do: 'identity' }))) as Identity;
    expect(second).toEqual({ ...first, invocations: 2 });
    const both = await Promise.all([1, 2].map(() => answerOf(function_.invoke({ do: 'identity' }))));
    const [one, other] = both as [Identity, Identity];
    expect([one.pid, one.threadId]).not.toEqual([other.pid, other.threadId]);
  });

  it.each([
    ['throw', 'RangeError', 'too far'],
    ['exit', 'Runtime.ExitError', 'Runtime exited with error: exit status 3'],
    ['uncaught', 'TypeError', 'nobody caught this'],
    ['rejection', 'Runtime.UnhandledPromiseRejection', 'nobody awaited this'],
  ])('fails the invocation on %s and goes on', async (what, errorType, message) => {
    const function_ = hostOf({ host });
    const result = await function_.invoke({ do: what });
    expect(result).toMatchObject({ ok: false, errorType, errorMessage: expect.stringContaining(message) });
    expect(await answerOf(function_.invoke({ do: 'echo' }))).toEqual({ do: 'echo' });
  });

  it.each(['never', 'spin'])('ends an instance that takes too long (%s), and replaces it', async (what) => {
    const function_ = hostOf({ host, timeoutSeconds: 0.5 });
    const result = await function_.invoke({ do: what });
    expect(result).toMatchObject({
      ok: false,
      timedOut: true,
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringContaining('Task timed out after 0.50 seconds'),
    });
    expect(await answerOf(function_.invoke({ do: 'identity' }))).toMatchObject({ invocations: 1 });
  });

  it('says so when the bundle cannot be loaded', async () => {
    const broken = mkdtempSync(join(tmpdir(), 'headroom-test-'));
    writeFileSync(join(broken, 'index.mjs'), 'throw new Error("not today");');
    expect(await hostOf({ host, bundleDirectory: broken }).invoke({})).toMatchObject({
      ok: false,
      errorType: 'Runtime.ImportModuleError',
      errorMessage: 'not today',
    });
    writeFileSync(join(broken, 'index.mjs'), 'export const main = 1;');
    expect(await hostOf({ host, bundleDirectory: broken }).invoke({})).toMatchObject({
      errorType: 'Runtime.HandlerNotFound',
    });
    rmSync(broken, { recursive: true });
  });

  it('fails what is running when it is stopped', async () => {
    const function_ = hostOf({ host });
    await answerOf(function_.invoke({}));
    const running = function_.invoke({ do: 'never' });
    await function_.stop();
    expect(await running).toMatchObject({ ok: false });
    expect(await function_.invoke({})).toMatchObject({ ok: false, errorMessage: 'The runtime is stopping.' });
  });
});

describe('a function', () => {
  it('takes and answers at most 6 MB', async () => {
    const function_ = hostOf();
    const limit = 6 * 1024 * 1024;
    const overhead = JSON.stringify({ text: '' }).length;
    expect(await function_.invoke({ text: 'x'.repeat(limit - overhead) })).toMatchObject({ ok: true });
    expect(await function_.invoke({ text: 'x'.repeat(limit - overhead + 1) })).toMatchObject({
      ok: false,
      errorType: 'RequestTooLargeException',
    });
    expect(await function_.invoke({ do: 'big', bytes: limit + 98 })).toMatchObject({ ok: true });
    expect(await function_.invoke({ do: 'big', bytes: limit + 99 })).toMatchObject({
      ok: false,
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    });
  });

  it('throttles beyond its reserved concurrency', async () => {
    const function_ = hostOf({ reservedConcurrency: 1 });
    await answerOf(function_.invoke({}));
    const [first, second] = await Promise.all([function_.invoke({ do: 'identity' }), function_.invoke({})]);
    expect(first).toMatchObject({ ok: true });
    expect(second).toMatchObject({ ok: false, errorType: 'TooManyRequestsException' });
  });

  it('lets invocations wait where only the machine is too small, in their order', async () => {
    const function_ = hostOf({ instanceLimit: 1 });
    const answers = await Promise.all([1, 2, 3].map(() => answerOf(function_.invoke({ do: 'identity' }))));
    expect(answers.map((answer) => (answer as Identity).invocations)).toEqual([1, 2, 3]);
  });

  it('does not let a crash strand those who wait', async () => {
    const function_ = hostOf({ instanceLimit: 1 });
    const results = await Promise.all([function_.invoke({ do: 'exit' }), function_.invoke({ do: 'echo' })]);
    expect(results.map(({ ok }) => ok)).toEqual([false, true]);
  });

  it('retires an instance that was idle for long', async () => {
    const function_ = hostOf({ host: 'process', idleMs: 20 });
    const { pid } = (await answerOf(function_.invoke({ do: 'identity' }))) as Identity;
    await expect.poll(() => identifyProcess(pid)).toBeUndefined();
    expect(await answerOf(function_.invoke({ do: 'identity' }))).toMatchObject({ invocations: 1 });
  });

  it('says what killed its process', async () => {
    expect(await hostOf({ host: 'process' }).invoke({ do: 'kill' })).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('signal: SIGKILL'),
    });
  });
});
