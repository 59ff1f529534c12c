import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoopbackServer {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** Breaks off what is under way; may be called again. */
  close(): Promise<void>;
}

/** @param port 0: one that is free */
export async function listenOnLoopback(answer: RequestListener, port: number): Promise<LoopbackServer> {
  const server = createServer(answer);
  // Clients keep connections: one must not be ended here while it is taken up again there, which on a busy machine happens.
  server.keepAliveTimeout = 0;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  let closing: Promise<void> | undefined;
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closing;
    },
  };
}
