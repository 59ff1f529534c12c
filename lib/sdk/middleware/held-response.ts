import type { ServerResponse } from 'node:http';
import type { HeaderFields } from './header-fields.ts';
import { fieldsOf } from './node-response.ts';

/**
 * Keeps back everything that is written to the response until `settle`, which is told its head, has resolved: the client hears
 * of a change only when nothing stale is served any more.
 *
 * @param settle never rejects
 */
export function holdResponse(
  response: ServerResponse,
  settle: (status: number, headers: HeaderFields) => Promise<void>,
): void {
  const { writeHead, write, end, flushHeaders } = response;
  const waiting: (() => void)[] = [];
  let isReleased = false;
  let hasWritten = false;

  const release = (): void => {
    isReleased = true;
    if (response.destroyed) return;
    try {
      for (const operation of waiting) operation();
    } catch (error) {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    }
    // Whoever was told to wait may go on.
    if (hasWritten && !response.writableEnded && !response.writableNeedDrain) response.emit('drain');
  };
  const later = (operation: () => void, status = response.statusCode): void => {
    waiting.push(operation);
    if (waiting.length === 1) settle(status, fieldsOf(response)).then(release);
  };

  response.writeHead = (...args: unknown[]): ServerResponse => {
    if (isReleased) Reflect.apply(writeHead, response, args);
    else later(() => Reflect.apply(writeHead, response, args), Number(args[0]));
    return response;
  };
  response.write = (...args: unknown[]): boolean => {
    if (isReleased) return Reflect.apply(write, response, args);
    hasWritten = true;
    later(() => Reflect.apply(write, response, args));
    return false;
  };
  response.end = (...args: unknown[]): ServerResponse => {
    if (isReleased) return Reflect.apply(end, response, args);
    later(() => Reflect.apply(end, response, args));
    return response;
  };
  response.flushHeaders = (): void => {
    if (isReleased) Reflect.apply(flushHeaders, response, []);
    else later(() => Reflect.apply(flushHeaders, response, []));
  };
}
