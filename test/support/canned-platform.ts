import http from 'node:http';
import { type Listening, listening } from './listening.ts';

export interface Asked {
  method: string;
  path: string;
  key: string | undefined;
  body: unknown;
}

export interface CannedPlatform extends Listening {
  url: string;
  asked: Asked[];
}

/** A platform that says what it is told to: for what the command line makes of answers, and of their absence. */
export async function startCannedPlatform(
  answer: (asked: Asked) => { status: number; body?: unknown },
): Promise<CannedPlatform> {
  const asked: Asked[] = [];
  const server = http.createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString();
    const one: Asked = {
      method: request.method ?? '',
      path: request.url ?? '',
      key: request.headers.authorization?.replace('Bearer ', ''),
      body: text === '' ? undefined : JSON.parse(text),
    };
    asked.push(one);
    const { status, body } = answer(one);
    const isText = typeof body === 'string';
    response.writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json' });
    response.end(body === undefined || isText ? body : JSON.stringify(body));
  });
  const started = await listening(server);
  return { ...started, url: `http://127.0.0.1:${started.port}`, asked };
}
