// `node --import headroom/register app.js`: reports the service's requests, database calls and resources to Headroom.
import { processMonitoring } from './telemetry/process-monitoring.ts';

const monitoring = processMonitoring();

/**
 * Sends what was seen until now, for tests and for a graceful shutdown that ends in `process.exit()`. Resolves when it is
 * delivered, or when Headroom could not be reached; never rejects.
 */
export const flush = (): Promise<void> => monitoring.flush();
