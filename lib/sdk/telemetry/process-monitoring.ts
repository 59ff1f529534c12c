import { readConfiguration } from './configuration.ts';
import { type Monitoring, startMonitoring } from './monitoring.ts';
import { warn } from './own-errors.ts';

const key = Symbol.for('headroom.monitoring');
type Registry = typeof globalThis & { [key]?: Monitoring };

function begin(): Monitoring {
  try {
    const read = readConfiguration(process.env);
    if ('configuration' in read) return startMonitoring(read.configuration);
    if ('problems' in read) warn(`Nothing is reported, because ${read.problems.join(', and ')}.`);
  } catch (error) {
    warn(`Nothing is reported: ${error instanceof Error ? error.message : String(error)}`);
  }
  return { flush: () => Promise.resolve() };
}

/**
 * That of this process, begun by whoever asks first; it does nothing where the environment does not say where to report. Never
 * throws.
 */
export function processMonitoring(): Monitoring {
  const registry: Registry = globalThis;
  // Two copies of the package in one process would count everything twice.
  registry[key] ??= begin();
  return registry[key];
}
