// A service with a mind of its own about SIGTERM.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer((_, response) => response.end('hello'));

const ways: Record<string, () => void> = {
  /** Goes on for a moment, as load balancers want it, closes what is open, and leaves the rest to Node. */
  close() {
    setTimeout(() => server.close(), 300);
    // Whoever asks twice is in a hurry.
    process.once('SIGTERM', () => process.exit(1));
  },
  /** As the package signal-exit does: ends the process when nobody else seems to care. */
  count() {
    if (process.listenerCount('SIGTERM') > 1) return;
    process.removeAllListeners('SIGTERM');
    process.kill(process.pid, 'SIGTERM');
  },
};
process.on('SIGTERM', ways[process.env.WAY ?? ''] ?? (() => {}));

server.listen(0, '127.0.0.1', async () => {
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/in-main`);
  await response.text();
  process.send?.('ready');
});
