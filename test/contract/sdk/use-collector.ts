import { afterEach, beforeEach, expect } from 'vitest';
import { Collector } from './collector.ts';
import { environmentFor, Host } from './host.ts';

/**
 * A collector for each test, and hosts that report to it; they are killed when it is over. Everything that was sent must have been
 * within the contract.
 */
export function useCollector() {
  const hosts: Host[] = [];
  const used = {
    collector: undefined as unknown as Collector,
    async startHost(more: NodeJS.ProcessEnv = {}, name?: string): Promise<Host> {
      const host = await Host.start(environmentFor(used.collector.url, more), name);
      hosts.push(host);
      return host;
    },
  };
  beforeEach(async () => {
    used.collector = await Collector.open();
  });
  afterEach(async () => {
    for (const { program } of hosts.splice(0)) {
      program.child.kill('SIGKILL');
      await program.exit;
    }
    await used.collector.close();
    expect(used.collector.problems).toEqual([]);
  });
  return used;
}
