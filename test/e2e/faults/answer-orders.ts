import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { flush } from 'headroom/register';

/** What the test asks of a service: to open with these faults, to tell Headroom what it saw, to close. */
export type Order<Faults> = { open: Faults } | 'flush' | 'close';

export interface OpenService {
  readonly server: Server;
  close(): Promise<void>;
}

/** The service is opened anew for each set of faults: the process and what watches it stay. */
export function answerOrders<Faults>(open: (faults: Faults) => Promise<OpenService>): void {
  let service: OpenService | undefined;
  process.on('message', async (order: Order<Faults>) => {
    if (order === 'flush') {
      await collected();
      await flush();
      process.send?.('flushed');
    } else if (order === 'close') {
      service?.server.closeAllConnections();
      await service?.close();
      process.send?.('closed');
    } else {
      service = await open(order.open);
      if (!service.server.listening) await once(service.server.listen(0, '127.0.0.1'), 'listening');
      process.send?.((service.server.address() as AddressInfo).port);
    }
  });
}

/** A service that runs for minutes has its heap collected by itself; one that lives for a second is helped to. */
async function collected(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const observer = new PerformanceObserver((list) => {
    const kinds = list.getEntries().map((entry) => (entry as { detail?: { kind?: number } }).detail?.kind);
    if (kinds.includes(constants.NODE_PERFORMANCE_GC_MAJOR)) resolve();
  });
  observer.observe({ entryTypes: ['gc'] });
  globalThis.gc?.();
  await promise;
  observer.disconnect();
}
