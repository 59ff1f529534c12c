import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Takes whatever is reported, as Headroom or a collector would, and forgets it. */
export async function startSink(): Promise<{ url: string; stop(): void }> {
  const server = createServer((request, response) => {
    const isOurs = request.url?.endsWith('/telemetry') ?? false;
    request.resume().once('end', () => {
      response.writeHead(isOurs ? 202 : 200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
