import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { allUses, type Drivers, messageOf, type Servers } from './uses.ts';

/**
 * A service of which each path is one way to ask a database: asks each path once, in order (those
 * that share a connection at the same time), and tells the test what was answered.
 *
 * @param flush of Headroom's, where this runs under it
 */
export async function answerByUses(drivers: Drivers, flush: (() => Promise<void>) | undefined): Promise<void> {
  const servers: Servers = JSON.parse(process.env.SERVERS ?? '');
  const [uses, end] = allUses(drivers, servers);
  const server = http.createServer(async (request, response) => {
    const use = uses[(request.url ?? '').slice(1)];
    const outcome = await (async () => ({ returned: await use?.() }))().catch((error) => ({
      threw: messageOf(error),
      details: { ...error, stack: undefined },
    }));
    response.end(JSON.stringify(outcome));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const outcomes: Record<string, unknown> = {};
  const ask = async (name: string): Promise<void> => {
    outcomes[name] = await (await fetch(`http://127.0.0.1:${port}/${name}`)).json();
  };
  const isShared = (name: string): boolean => name.startsWith('together');
  for (const name of Object.keys(uses).filter((each) => !isShared(each))) await ask(name);
  await Promise.all(Object.keys(uses).filter(isShared).map(ask));
  await end();
  await flush?.();
  process.send?.(outcomes);
  server.close();
  server.closeAllConnections();
  process.disconnect();
}
