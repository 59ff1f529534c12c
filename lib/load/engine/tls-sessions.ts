import net from 'node:net';
import tls from 'node:tls';
import type { EngineTarget } from './plan.ts';

/** For so many targets the newest session is kept, so that the next connection resumes it instead of a whole handshake. */
const MAX_TARGETS = 100;

/** In the order in which they were last renewed. */
const sessions = new Map<string, Buffer>();

function keep(key: string, session: Buffer): void {
  sessions.delete(key);
  sessions.set(key, session);
  const [oldest] = sessions.keys();
  if (sessions.size > MAX_TARGETS && oldest !== undefined) sessions.delete(oldest);
}

/** Opens a TLS connection that resumes the newest session with the same target, and keeps what session it is offered. */
export function connectTls(
  target: EngineTarget,
  options: net.NetConnectOpts & { host: string },
  protocols: string[],
): tls.TLSSocket {
  const rejectUnauthorized = target.rejectUnauthorized ?? true;
  // Whom a session was established with is not checked again when it is resumed: it must not pass to another name, nor to
  // somebody who is stricter.
  const key = [options.host, target.hostname, target.port, rejectUnauthorized, ...protocols].join(' ');
  const session = sessions.get(key);
  const socket = tls.connect({
    ...options,
    // An IP address is no server name (RFC 6066); the certificate is then checked against the address itself.
    ...(net.isIP(target.hostname) === 0 ? { servername: target.hostname } : {}),
    ...(session === undefined ? {} : { session }),
    rejectUnauthorized,
    ALPNProtocols: protocols,
  });
  socket.on('session', (offered: Buffer) => keep(key, offered));
  return socket;
}
