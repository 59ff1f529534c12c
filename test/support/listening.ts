import { once } from 'node:events';
import type net from 'node:net';

export type Listening = { port: number; close(): Promise<void> };

/** Listens on a free port of the loopback address; `close` also drops the connections that are still open. */
export async function listening(server: net.Server): Promise<Listening> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  // As many as the system allows: of a burst of connections none shall have to ask again.
  server.listen({ port: 0, host: '127.0.0.1', backlog: 65_535 });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return {
    port: address.port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
