import { rmSync } from 'node:fs';
import {
  GetAccountSettingsCommand,
  InvokeCommand,
  type InvokeCommandOutput,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Lambda, startLambda } from '../../../lib/local/emulators/lambda/lambda.ts';
import { credentials, functionArn, region } from '../../../lib/local/lambda/account.ts';
import { createFunctionHost, type FunctionHost } from '../../../lib/local/lambda/function-host.ts';
import { traceInvocation } from '../../../lib/local/lambda/trace.ts';
import { bundleFunction, temporaryDirectory } from '../../support/bundle-function.ts';

let bundleDirectory: string;
let runDirectory: string;
const parts: { stop(): Promise<unknown> }[] = [];
beforeAll(async () => {
  bundleDirectory = await bundleFunction(new URL('../../unit/local-runtime/functions/behaviours.ts', import.meta.url));
  runDirectory = temporaryDirectory();
});
afterEach(async () => {
  for (const part of parts.splice(0).reverse()) await part.stop();
});
afterAll(() => {
  rmSync(bundleDirectory, { recursive: true, force: true });
  rmSync(runDirectory, { recursive: true, force: true });
});

interface Limits {
  instanceLimit?: number;
  reservedConcurrency?: number;
}

/** A real host of the function that does what its event says, and what it wrote. */
function behaviours({ instanceLimit, ...definition }: Limits = {}): { host: FunctionHost; lines: string[] } {
  const lines: string[] = [];
  const host = createFunctionHost({
    name: 'behaviours',
    definition: { host: 'thread', memoryMb: 256, timeoutSeconds: 20, ...definition },
    bundleDirectory,
    environment: {},
    runDirectory,
    onLog: (line) => lines.push(line),
    ...(instanceLimit === undefined ? {} : { instanceLimit }),
  });
  parts.push(host);
  return { host, lines };
}

interface Started {
  lambda: Lambda;
  log: string[];
  client: LambdaClient;
  invoke(event: unknown, how?: { type?: 'Event' | 'RequestResponse'; name?: string }): Promise<InvokeCommandOutput>;
}

async function start(host?: FunctionHost): Promise<Started> {
  const log: string[] = [];
  const lambda = await startLambda({ log: (line) => log.push(line) });
  if (host !== undefined) lambda.serve({ behaviours: { host, recursion: 'terminate' } });
  const client = new LambdaClient({ endpoint: lambda.endpoint, region, credentials, maxAttempts: 1 });
  parts.push(lambda, { stop: async () => client.destroy() });
  return {
    lambda,
    log,
    client,
    invoke: (event, { type = 'RequestResponse', name = 'behaviours' } = {}) =>
      client.send(
        new InvokeCommand({
          FunctionName: name,
          InvocationType: type,
          ...(event === undefined ? {} : { Payload: typeof event === 'string' ? event : JSON.stringify(event) }),
        }),
      ),
  };
}

/** A thread starts slowly on a busy machine. */
const patience = { timeout: 10_000 };
const payloadOf = ({ Payload }: InvokeCommandOutput): unknown => JSON.parse(Payload?.transformToString() ?? '');
/** An event of so many bytes. */
const eventOf = (bytes: number): string => `"${'x'.repeat(bytes - 2)}"`;

describe('an invocation whose answer is waited for', () => {
  it('is answered with what the function returned', async () => {
    const { invoke } = await start(behaviours().host);
    const answer = await invoke({ do: 'echo', text: 'ä' });
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(answer.FunctionError).toBeUndefined();
    expect(payloadOf(answer)).toEqual({ do: 'echo', text: 'ä' });
    expect(payloadOf(await invoke(undefined))).toEqual({});
    expect(payloadOf(await invoke({ do: 'nothing' }))).toBeNull();
  });

  it.each([
    functionArn('behaviours'),
    '000000000000:function:behaviours',
    'behaviours:$LATEST',
  ])('finds its function by %s', async (name) => {
    const { invoke } = await start(behaviours().host);
    expect(payloadOf(await invoke({ a: 1 }, { name }))).toEqual({ a: 1 });
  });

  it.each([
    ['throw', { errorType: 'RangeError', errorMessage: 'too far' }],
    // The name of an error of Lambda itself, which this is not.
    ['throttled', { errorType: 'TooManyRequestsException', errorMessage: 'of a service that it called' }],
    ['exit', { errorType: 'Runtime.ExitError' }],
  ])('says how the function failed: %s', async (what, error) => {
    const { invoke } = await start(behaviours().host);
    const answer = await invoke({ do: what });
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(payloadOf(answer)).toMatchObject(error);
  });

  it('is throttled beyond the concurrency of the function', async () => {
    const { host } = behaviours({ reservedConcurrency: 1 });
    const { invoke } = await start(host);
    const [first, second] = await Promise.allSettled([invoke({}), invoke({})]);
    expect([first, second].map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect([first, second]).toContainEqual({
      status: 'rejected',
      reason: expect.objectContaining({ name: 'TooManyRequestsException', message: 'Rate Exceeded.' }),
    });
  });
});

describe('an event that nobody waits for', () => {
  it('is taken at once, and worked on afterwards', async () => {
    const { host, lines } = behaviours();
    const { invoke } = await start(host);
    // Of this one there will never be an answer.
    expect(await invoke({ do: 'never' }, { type: 'Event' })).toMatchObject({ StatusCode: 202 });
    expect(await invoke({ do: 'say', text: 'done' }, { type: 'Event' })).toMatchObject({ StatusCode: 202 });
    await expect.poll(() => lines, patience).toEqual(['done']);
  });

  it('waits for a free instance where all are busy, and comes in its order', async () => {
    const { host, lines } = behaviours({ instanceLimit: 1 });
    const { invoke } = await start(host);
    const texts = ['1', '2', '3', '4'];
    for (const text of texts) await invoke({ do: 'say', text }, { type: 'Event' });
    await expect.poll(() => lines, patience).toEqual(texts);
  });

  it('is tried once, and its failure is told', async () => {
    const { host, lines } = behaviours({ instanceLimit: 1 });
    const { invoke, log } = await start(host);
    await invoke({ do: 'throw' }, { type: 'Event' });
    await invoke({ do: 'say', text: 'next' }, { type: 'Event' });
    await expect.poll(() => lines.at(-1), patience).toBe('next');
    expect(log).toEqual(['behaviours: RangeError: too far']);
  });

  it('is given up within the grace of a stop', async () => {
    const { host, lines } = behaviours({ instanceLimit: 1 });
    const { invoke, lambda, log } = await start(host);
    await invoke({ do: 'never' }, { type: 'Event' });
    await invoke({ do: 'say', text: 'too late' }, { type: 'Event' });
    await lambda.finish(10);
    expect(log).toEqual(['behaviours: 2 of the events that it was invoked with were given up']);
    await expect(invoke({}, { type: 'Event' })).rejects.toMatchObject({ name: 'ServiceException' });
    await host.stop();
    expect(lines).toEqual([]);
  });
});

describe('Lambda', () => {
  it('knows no function that it was not given, and none before it was given any', async () => {
    const { lambda, invoke } = await start();
    await expect(invoke({})).rejects.toMatchObject({ name: 'ServiceException', $metadata: { httpStatusCode: 500 } });
    lambda.serve({ behaviours: { host: behaviours().host, recursion: 'terminate' } });
    for (const type of ['Event', 'RequestResponse'] as const) {
      await expect(invoke({}, { type, name: 'other' })).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: `Function not found: ${functionArn('other')}`,
      });
    }
  });

  it.each([
    ['Event', 1024 * 1024],
    ['RequestResponse', 6 * 1024 * 1024],
  ] as const)('takes with %s at most %i bytes', async (type, limit) => {
    const { host } = behaviours();
    const { invoke } = await start(host);
    expect(await invoke(eventOf(limit), { type })).toMatchObject({ StatusCode: type === 'Event' ? 202 : 200 });
    await expect(invoke(eventOf(limit + 1), { type })).rejects.toMatchObject({
      name: 'RequestTooLargeException',
      message: expect.stringContaining(`(limit ${limit} bytes)`),
    });
  });

  it('takes no payload that is no JSON, and no way to invoke that it does not know', async () => {
    const { invoke, client } = await start(behaviours().host);
    await expect(invoke('{')).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
    const dryRun = new InvokeCommand({ FunctionName: 'behaviours', InvocationType: 'DryRun' });
    await expect(client.send(dryRun)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });

  it.each(['terminate', 'allow'] as const)('with recursion %s: a chain of 17 invocations', async (recursion) => {
    const { lambda } = await start();
    lambda.serve({ behaviours: { host: behaviours().host, recursion } });
    let trace = 'Root=1-2-3';
    for (let count = 1; count <= 16; count += 1) trace = traceInvocation(trace, 'behaviours').trace;
    const response = await fetch(`${lambda.endpoint}/2015-03-31/functions/behaviours/invocations`, {
      method: 'POST',
      headers: { 'x-amzn-trace-id': trace },
    });
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual(
      recursion === 'allow' ? [200, null] : [400, 'RecursiveInvocationException'],
    );
  });

  it('says how many invocations of a function run at once at most', async () => {
    const { lambda, client } = await start();
    const served = (instanceLimit: number) =>
      ({ host: behaviours({ instanceLimit }).host, recursion: 'terminate' }) as const;
    lambda.serve({ small: served(3), large: served(7) });
    const { AccountLimit, AccountUsage } = await client.send(new GetAccountSettingsCommand({}));
    expect(AccountLimit).toEqual({ ConcurrentExecutions: 7, UnreservedConcurrentExecutions: 7 });
    expect(AccountUsage?.FunctionCount).toBe(2);
  });

  it('answers what it does not know as AWS does', async () => {
    const { lambda } = await start(behaviours().host);
    const response = await fetch(`${lambda.endpoint}/2015-03-31/functions`);
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([404, 'UnknownOperationException']);
  });
});
