import type { HeaderFields } from './header-fields.ts';
import type { Run } from './run.ts';

export function fieldsOfHeaders(headers: Headers): HeaderFields {
  const fields: [string, string][] = [];
  // Cookies come one by one, the rest joined.
  headers.forEach((value, name) => {
    if (name !== 'set-cookie') fields.push([name, value]);
  });
  for (const cookie of headers.getSetCookie()) fields.push(['set-cookie', cookie]);
  return fields;
}

export function headersOf(fields: HeaderFields): Headers {
  const headers = new Headers();
  for (const [name, value] of fields) headers.append(name, value);
  return headers;
}

/**
 * The same body, of which the run sees every piece on its way to the client.
 *
 * @param last is awaited before the client is told that it has it all
 */
export function watchedBody(
  body: ReadableStream<Uint8Array>,
  run: Run,
  last: () => Promise<void>,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) {
          run.chunk(value);
          controller.enqueue(value);
          return;
        }
        run.end();
        await last();
        controller.close();
      } catch (error) {
        run.abort();
        controller.error(error);
      }
    },
    async cancel(reason) {
      run.abort();
      await reader.cancel(reason);
    },
  });
}
