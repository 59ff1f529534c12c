import { connect, createServer } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Listening, listening } from './listening.ts';
import type { Certificate } from './self-signed.ts';

/** The whole of PostgreSQL's request for TLS: its length, and a number that is no version. */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** A real TLS end before a server of PostgreSQL that has none; a client that asks for none is turned away, as by `hostssl`. */
export function startTlsBefore(serverUrl: string, certificate: Certificate): Promise<Listening> {
  const { hostname, port } = new URL(serverUrl);
  return listening(
    createServer((plain) => {
      plain.on('error', () => plain.destroy());
      plain.once('data', (first) => {
        if (!sslRequest.equals(first)) return plain.destroy();
        plain.write('S');
        const secured = new TLSSocket(plain, { isServer: true, ...certificate });
        const inside = connect(Number(port), hostname);
        secured.on('error', () => inside.destroy()).on('close', () => inside.destroy());
        inside.on('error', () => secured.destroy());
        secured.pipe(inside).pipe(secured);
        return undefined;
      });
    }),
  );
}
