// The inside of an instance: what Lambda's own Node runtime does around a handler.
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import { functionArn } from './account.ts';
import { maxResponseBytes } from './limits.ts';
import type { FromInstance, InvocationError, ToInstance } from './protocol.ts';

type Handler = (event: unknown, context: Context) => unknown;

export interface FunctionLoop {
  receive(message: ToInstance): void;
}

/** @param say resolves when the message is on its way, so that the process may end after it */
export function createFunctionLoop(say: (message: FromInstance) => Promise<void>): FunctionLoop {
  let handler: Handler | undefined;

  const crash = (error: InvocationError): void => {
    void say({ type: 'crash', error }).finally(() => process.exit(1));
  };
  process.on('uncaughtException', (error) => crash(describe(error, 'Runtime.UncaughtException')));
  process.on('unhandledRejection', (reason) =>
    crash({ ...describe(reason, 'Error'), errorType: 'Runtime.UnhandledPromiseRejection' }),
  );

  const load = async (bundleDirectory: string): Promise<void> => {
    try {
      const bundle: unknown = await import(pathToFileURL(join(bundleDirectory, 'index.mjs')).href);
      const exported =
        typeof bundle === 'object' && bundle !== null && 'handler' in bundle ? bundle.handler : undefined;
      if (typeof exported !== 'function') {
        crash({ errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is undefined or not exported' });
        return;
      }
      handler = exported as Handler;
      // The next instance of it loads sooner; this one may be ended before it would keep anything.
      flushCompileCache();
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      crash(describe(error, 'Runtime.ImportModuleError'));
      return;
    }
    await say({ type: 'loaded' });
  };

  const invoke = async (invocation: ToInstance & { type: 'invoke' }): Promise<void> => {
    const { requestId } = invocation;
    process.env._X_AMZN_TRACE_ID = invocation.trace;
    try {
      if (handler === undefined) throw new Error('The bundle is not loaded');
      const answer = await handler(JSON.parse(invocation.event), contextOf(invocation));
      const payload = JSON.stringify(answer) ?? 'null';
      const bytes = Buffer.byteLength(payload);
      if (bytes > maxResponseBytes) {
        const errorMessage = `Response payload size exceeded maximum allowed payload size (${maxResponseBytes} bytes).`;
        await say({ type: 'error', requestId, error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage } });
        return;
      }
      await say({ type: 'answer', requestId, payload });
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      await say({ type: 'error', requestId, error: describe(error, 'Error') });
    }
  };

  return {
    receive(message) {
      if (message.type === 'load') void load(message.bundleDirectory);
      else void invoke(message);
    },
  };
}

const describe = (thrown: unknown, otherwise: string): InvocationError =>
  thrown instanceof Error
    ? { errorType: thrown.name === 'Error' ? otherwise : thrown.name, errorMessage: thrown.message }
    : { errorType: otherwise, errorMessage: String(thrown) };

function contextOf(invocation: ToInstance & { type: 'invoke' }): Context {
  const name = process.env.AWS_LAMBDA_FUNCTION_NAME ?? '';
  const unsupported = (): never => {
    throw new Error('Handlers are async: they answer by returning.');
  };
  return {
    awsRequestId: invocation.requestId,
    functionName: name,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION ?? '$LATEST',
    invokedFunctionArn: functionArn(name),
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? '',
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME ?? '',
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME ?? '',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, invocation.deadlineEpochMs - Date.now()),
    done: unsupported,
    fail: unsupported,
    succeed: unsupported,
  };
}
