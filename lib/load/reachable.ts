import net from 'node:net';

const timeoutMs = 1000;

/**
 * Those of a target's addresses that take a connection from here: a name may have addresses of a family that this
 * network lacks, or that the target does not listen on (`localhost`). All of them where none does, so that the test
 * tells what befalls its connections.
 */
export async function reachableAddresses({
  addresses,
  port,
}: {
  addresses: readonly string[];
  port: number;
}): Promise<readonly string[]> {
  if (addresses.length === 1) return addresses;
  const answers = await Promise.all(addresses.map((address) => takesConnection(address, port)));
  const reachable = addresses.filter((_, index) => answers[index]);
  return reachable.length > 0 ? reachable : addresses;
}

function takesConnection(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = net.connect({ host, port, timeout: timeoutMs });
  socket.once('connect', () => resolve(true));
  socket.once('timeout', () => resolve(false));
  socket.once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
