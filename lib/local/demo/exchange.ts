import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a client did wrong, and which status tells it so. */
export class ClientError extends Error {
  override name = 'ClientError';
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

const maxBodyBytes = 16_384;

/** @throws ClientError when the body is too large or no JSON */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new ClientError(413, 'The body is too large.', { connection: 'close' });
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new ClientError(400, 'The body is no JSON.');
  }
}

function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string,
  headers: Record<string, string> = {},
): void {
  // The length is of the whole, for HEAD too.
  const length = { 'content-type': contentType, 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length }).end(response.req.method === 'HEAD' ? undefined : body);
}

export const sendJson = (response: ServerResponse, status: number, value: unknown, headers?: Record<string, string>) =>
  send(response, status, 'application/json', JSON.stringify(value), headers);

export const sendPage = (response: ServerResponse, body: string) =>
  send(response, 200, 'text/html; charset=utf-8', body);
