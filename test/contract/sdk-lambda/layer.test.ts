import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleLayer } from '../../../lib/stack/bundle-layer.ts';
import { LambdaEnvironment } from '../../support/lambda-runtime/environment.ts';
import { Collector } from '../sdk/collector.ts';
import { environmentFor } from '../sdk/host.ts';
import { httpEvent, restEvent } from './events.ts';

const run = promisify(execFile);
let scratch = '';
let layer = '';
let collector: Collector;
let environment: LambdaEnvironment | undefined;

/** A user's function, which knows nothing of Headroom. */
function write(file: string, text: string): string {
  const root = mkdtempSync(join(scratch, 'task-'));
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
  return root;
}

async function start(root: string, handler: string, more: NodeJS.ProcessEnv = {}): Promise<LambdaEnvironment> {
  const variables = {
    LAMBDA_TASK_ROOT: root,
    _HANDLER: handler,
    AWS_LAMBDA_EXEC_WRAPPER: `${layer}/headroom-instrument`,
  };
  environment = await LambdaEnvironment.start({ ...environmentFor(collector.url), ...variables, ...more });
  return environment;
}

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'headroom-layer-'));
  layer = (await bundleLayer(join(scratch, 'opt'))).directory;
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

beforeEach(async () => {
  collector = await Collector.open();
});
afterEach(async () => {
  await environment?.stop();
  environment = undefined;
  await collector.close();
  expect(collector.problems).toEqual([]);
});

const items = httpEvent('GET', '/items/7', 'GET /items/{id}');
const callbacks = { RUNTIME_TAKES_CALLBACKS: 'true' };

describe('the layer', () => {
  it.each([
    ['an ES module', 'app.mjs', 'export const handler = async (event) => ({ statusCode: 200, body: event.rawPath });'],
    ['CommonJS', 'app.cjs', 'exports.handler = async (event) => ({ statusCode: 200, body: event.rawPath });'],
    [
      'CommonJS whose exports only running it shows',
      'app.js',
      'module.exports = Object.fromEntries([["handler", async (event) => ({ statusCode: 200, body: event.rawPath })]]);',
    ],
    [
      'a folder, and a name within an object',
      'src/app.mjs',
      'export const api = { handler: async (event) => ({ statusCode: 200, body: event.rawPath }) };',
    ],
  ])('reports a handler in %s', async (_, file, text) => {
    const name = file.startsWith('src') ? 'src/app.api.handler' : 'app.handler';
    const lambda = await start(write(file, text), name);
    expect(await lambda.invoke(items)).toEqual({ result: { statusCode: 200, body: '/items/7' } });
    expect(collector.requests).toEqual({ 'GET /items/:id': { 200: 1 } });
    expect(collector.batches[0]?.windows[0]?.resources?.lambda?.coldStarts).toBe(1);
  });

  it.each([
    [
      'a callback',
      'exports.handler = (event, context, callback) => setImmediate(callback, null, { statusCode: 201 });',
      201,
    ],
    ['a callback, with an error', 'exports.handler = (event, context, callback) => callback(new Error("no"));', 500],
    [
      "the context's methods",
      'exports.handler = (event, context) => setImmediate(context.succeed, { statusCode: 202 });',
      202,
    ],
    [
      'a promise, though it takes a callback',
      'exports.handler = async (event, context, callback) => ({ statusCode: 203 });',
      203,
    ],
    ['an error that it throws at once', 'exports.handler = () => { throw new Error("no"); };', 500],
  ])('reports a handler that answers by %s', async (_, text, status) => {
    const lambda = await start(write('app.cjs', text), 'app.handler', callbacks);
    const ended = await lambda.invoke(items);
    expect(ended).toEqual(status === 500 ? { error: 'no' } : { result: { statusCode: status } });
    expect(collector.requests).toEqual({ 'GET /items/:id': { [status]: 1 } });
  });

  it('lets a handler that answers by nothing finish what it has begun', async () => {
    const text = 'let n = 0; exports.handler = () => { setTimeout(() => n++, 20); return n; };';
    const lambda = await start(write('app.cjs', text), 'app.handler', callbacks);
    expect(await lambda.invoke({ any: 'thing' })).toEqual({ result: null });
    await lambda.stop('SIGTERM');
    expect(collector.requests).toEqual({ '* direct': { 200: 1 } });
  });

  it('reports a handler that streams its answer, with the status that it gives', async () => {
    const text = `export const handler = awslambda.streamifyResponse(async (event, stream, context) => {
      awslambda.HttpResponseStream.from(stream, { statusCode: 206 }).end('streamed for ' + context.memoryLimitInMB);
    });`;
    const lambda = await start(write('app.mjs', text), 'app.handler');
    expect(await lambda.invoke(items)).toEqual({ result: 'streamed for 512' });
    expect(collector.requests).toEqual({ 'GET /items/:id': { 206: 1 } });
  });

  it('counts once what monitors itself as well, by a copy of the SDK of its own', async () => {
    const root = write('app.ts', '');
    await build({
      stdin: {
        contents: `import { monitor } from 'headroom/middleware';
          export const handler = monitor().wrap(async () => ({ statusCode: 200 }));`,
        resolveDir: process.cwd(),
      },
      outfile: join(root, 'app.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      conditions: ['headroom-source'],
    });
    const lambda = await start(root, 'app.handler');
    expect(await lambda.invoke(items)).toEqual({ result: { statusCode: 200 } });
    await lambda.stop('SIGTERM');
    expect(collector.requests).toEqual({ 'GET /items/:id': { 200: 1 } });
  });

  it('runs the handler as it is where nothing says where to report', async () => {
    const root = write('app.mjs', 'export const handler = async () => ({ statusCode: 200 });');
    const lambda = await start(root, 'app.handler', { HEADROOM_URL: '' });
    expect(await lambda.invoke(restEvent('GET', '/a', '/a'))).toEqual({ result: { statusCode: 200 } });
    expect(lambda.output).toContain('HEADROOM_URL is missing');
  });

  it('loads nothing that takes long, and that nothing in it needs', async () => {
    const root = write('app.mjs', 'export const handler = async () => ({});');
    const program = `await import('${layer}/headroom/handler.mjs'); console.log(process.moduleLoadList.join('\\n'));`;
    const variables = {
      ...environmentFor(collector.url),
      LAMBDA_TASK_ROOT: root,
      HEADROOM_LAMBDA_HANDLER: 'app.handler',
    };
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], { env: variables });
    expect(stdout).toContain('NativeModule http');
    expect(stdout.split('\n').filter((module) => module.includes('undici'))).toEqual([]);
  });

  it('says what is wrong when the handler cannot be loaded', async () => {
    const lambda = await start(write('app.mjs', 'export const other = 1;'), 'app.handler');
    await lambda.exit;
    expect(lambda.initError).toBe('app exports no function handler');
  });
});
