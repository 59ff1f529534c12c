// The shop as a program. PORT (0: a free one), SHOP_DATABASE (a file; in memory without it), and one variable for each fault:
// see `faults.ts`.
import { fstatSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { faultsOf } from './faults.ts';
import { openShop } from './shop.ts';
import { openStock } from './stock.ts';

const closeWithinMs = 5_000;

const database = openStock(process.env.SHOP_DATABASE ?? ':memory:');
const shop = await openShop({ database, faults: faultsOf(process.env) });
const { server } = shop;

let closing = false;
function close(): void {
  if (closing) return;
  closing = true;
  // Whoever started it has what was asked for; the channel would hold the process.
  if (process.connected) process.disconnect();
  server.close(async () => {
    await shop.close();
    database.close();
    process.stdin.destroy();
  });
  setTimeout(() => server.closeAllConnections(), closeWithinMs).unref();
}

/** A pipe ends with the process that holds its other side. A terminal or a file says nothing about a parent. */
function stdinIsPipe(): boolean {
  try {
    const stdin = fstatSync(0);
    return stdin.isFIFO() || stdin.isSocket();
  } catch {
    return false;
  }
}

process.on('SIGTERM', close);
process.on('SIGINT', close);
process.on('disconnect', close);
if (stdinIsPipe()) process.stdin.resume().on('end', close).on('error', close);

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.stdout.write(`The shop is open at ${address}\n`);
  process.send?.({ address });
});
