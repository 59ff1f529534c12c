import http from 'node:http';
import net from 'node:net';
import { listening } from './listening.ts';

export type ReadResponse = { status: number; body: string; keepAlive: boolean } | 'error';

/** What Node's own client reads from these bytes; the body is latin1, `keepAlive` what its parser decided. */
export type Oracle = { read(response: Buffer, method: string): Promise<ReadResponse>; close(): Promise<void> };

/**
 * A server that answers every request with the bytes given, whole, and then closes its side unless the client has reused or
 * closed the connection by itself: the end of the connection ends every response that is not framed.
 */
export async function startNodeHttpOracle(): Promise<Oracle> {
  let response = Buffer.alloc(0);
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(response));
  });
  const { port, close } = await listening(server);
  return {
    read(bytes, method) {
      response = Buffer.from(bytes);
      return new Promise((resolve) => {
        const agent = new http.Agent({ keepAlive: true });
        const request = http.request({ port, host: '127.0.0.1', method, agent });
        const finish = (result: ReadResponse): void => {
          agent.destroy();
          request.destroy();
          resolve(result);
        };
        request.on('error', () => finish('error'));
        request.on('upgrade', () => finish('error'));
        request.on('close', () => finish('error'));
        request.on('response', (message) => {
          const pieces: Buffer[] = [];
          message.on('data', (piece: Buffer) => pieces.push(piece));
          message.on('error', () => finish('error'));
          message.on('end', () => {
            finish({
              status: message.statusCode ?? 0,
              body: Buffer.concat(pieces).toString('latin1'),
              keepAlive: Reflect.get(request, 'shouldKeepAlive') === true,
            });
          });
        });
        request.end();
      });
    },
    close,
  };
}
