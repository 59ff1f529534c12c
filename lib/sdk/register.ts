// `node --import headroom/register app.js`: reports the service's requests, database calls and resources to Headroom.
import { readConfiguration } from './telemetry/configuration.ts';
import { type Monitoring, startMonitoring } from './telemetry/monitoring.ts';
import { warn } from './telemetry/own-errors.ts';

const key = Symbol.for('headroom.monitoring');
type Registry = typeof globalThis & { [key]?: Monitoring };

function begin(): Monitoring {
  const idle: Monitoring = { flush: () => Promise.resolve() };
  try {
    const read = readConfiguration(process.env);
    if ('configuration' in read) return startMonitoring(read.configuration);
    if ('problems' in read) warn(`Nothing is reported, because ${read.problems.join(', and ')}.`);
  } catch (error) {
    warn(`Nothing is reported: ${error instanceof Error ? error.message : String(error)}`);
  }
  return idle;
}

const registry: Registry = globalThis;
// Two copies of the package in one process would count everything twice.
registry[key] ??= begin();
const monitoring = registry[key];

/**
 * Sends what was seen until now, for tests and for a graceful shutdown that ends in `process.exit()`. Resolves when it is
 * delivered, or when Headroom could not be reached; never rejects.
 */
export const flush = (): Promise<void> => monitoring.flush();
