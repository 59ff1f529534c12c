import net from 'node:net';
import { type Listening, listening } from './listening.ts';

/** Passes connections on to a server, and can break the line at will. */
export type LossyProxy = Listening & {
  endpoint: string;
  /** The answer to the next request is lost, after the server has carried it out. */
  loseNextAnswer(): void;
  /** While it is down, connections are reset. */
  isDown: boolean;
};

export async function startLossyProxy(upstream: string): Promise<LossyProxy> {
  const { hostname, port } = new URL(upstream);
  let isLosing = false;
  const server = net.createServer((client) => {
    if (proxy.isDown) {
      client.resetAndDestroy();
      return;
    }
    const service = net.connect(Number(port), hostname);
    client.on('error', () => service.destroy()).on('close', () => service.destroy());
    service.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('data', (bytes) => {
      if (proxy.isDown) client.resetAndDestroy();
      else service.write(bytes);
    });
    service.on('data', (bytes) => {
      if (!isLosing) {
        client.write(bytes);
        return;
      }
      isLosing = false;
      client.resetAndDestroy();
    });
  });
  const listener = await listening(server);
  const proxy: LossyProxy = {
    ...listener,
    endpoint: `http://127.0.0.1:${listener.port}`,
    loseNextAnswer: () => {
      isLosing = true;
    },
    isDown: false,
  };
  return proxy;
}
