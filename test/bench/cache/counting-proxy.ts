import net from 'node:net';
import { listening } from '../../support/listening.ts';

export interface CountingProxy {
  url: string;
  /** How often something was sent after something had been received: what waits for an answer before it asks on. */
  roundTrips: number;
  close(): Promise<void>;
}

/** Passes everything on to a Redis. */
export async function startCountingProxy(upstream: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(upstream);
  let isAnswered = true;
  const server = net.createServer({ noDelay: true }, (client) => {
    const redis = net.connect({ port: Number(port), host: hostname, noDelay: true });
    client.on('error', () => redis.destroy()).on('close', () => redis.destroy());
    redis.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('data', (bytes) => {
      if (isAnswered) proxy.roundTrips += 1;
      isAnswered = false;
      redis.write(bytes);
    });
    redis.on('data', (bytes) => {
      isAnswered = true;
      client.write(bytes);
    });
  });
  const listener = await listening(server);
  const proxy: CountingProxy = {
    url: `redis://127.0.0.1:${listener.port}`,
    roundTrips: 0,
    close: () => listener.close(),
  };
  return proxy;
}
