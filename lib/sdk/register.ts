// `node --import headroom/register app.js`: reports the service's requests, database calls and resources to Headroom.
import { limitSettings } from './live-settings/limit-settings.ts';
import type { SettingsLimits } from './live-settings/limits.ts';
import type { Identify, SentRequest } from './telemetry/identify.ts';
import { processMonitoring } from './telemetry/process-monitoring.ts';

export { type Identify, limitSettings, type SentRequest, type SettingsLimits };

const monitoring = processMonitoring();

/**
 * Sends what was seen until now, for tests and for a graceful shutdown that ends in `process.exit()`. Resolves when it is
 * delivered, or when Headroom could not be reached; never rejects.
 */
export const flush = (): Promise<void> => monitoring.flush();

/**
 * Says who sends a request, of those that are kept whole: asked when the request ends, with what the host's code has left on it.
 * The answer is hashed unless `HEADROOM_RECORD_PEOPLE` says otherwise. The last one given counts.
 */
export const identify = <Sent extends SentRequest = SentRequest>(by: Identify<Sent>): void =>
  monitoring.identify?.(by as Identify);
