import type { LiveSettings } from '../../../lib/contracts/live-settings.ts';
import type { TelemetryWindow } from '../../../lib/contracts/telemetry.ts';
import type { LiveSettingsService, VersionedSettings } from '../../../lib/projects/live-settings/service.ts';
import { Random } from '../../../lib/statistics/random.ts';
import { endpointWindow, telemetryWindow } from '../telemetry-batches.ts';

const windowMs = 10_000;
const requests = 40;

/** How long requests take at a time, in milliseconds, by what is in force then. */
export type Behaviour = (inForce: { at: number; settings: LiveSettings }) => number;

/**
 * A service of two instances that reports of itself every ten seconds, as the SDK does: it follows the experiments that it was told of
 * by its clock, and says which side each window was under.
 */
export class AlternatingService {
  readonly #behaviour: Behaviour;
  readonly #told: VersionedSettings[] = [];

  constructor(behaviour: Behaviour) {
    this.#behaviour = behaviour;
  }

  /** Hears of the settings that there are now. */
  async hear(liveSettings: LiveSettingsService, project: string): Promise<void> {
    this.#told.push(await liveSettings.read(project));
  }

  windows(from: number, to: number): { instance: string; window: TelemetryWindow }[] {
    const starts = Array.from({ length: Math.floor((to - from) / windowMs) }, (_, index) => from + index * windowMs);
    return ['i-1', 'i-2'].flatMap((instance) => starts.map((at) => ({ instance, window: this.#window(instance, at) })));
  }

  #window(instance: string, at: number): TelemetryWindow {
    const { settings = {}, version = 'none', side } = this.#inForce(at);
    const random = new Random(at + (instance === 'i-1' ? 1 : 2));
    const ms = this.#behaviour({ at, settings });
    const timesMs = Array.from({ length: requests }, () => ms * Math.exp(0.1 * random.normal()));
    return telemetryWindow({
      start: at,
      durationMs: windowMs,
      endpoints: [endpointWindow('GET /', { timesMs })],
      settings: { version, ...(side === undefined ? {} : { side }) },
    });
  }

  #inForce(at: number): { settings?: LiveSettings; version?: string; side?: 'a' | 'b' } {
    const running = this.#told.find(({ experiment }) => {
      if (experiment === undefined) return false;
      const startsAt = Date.parse(experiment.startsAt);
      return at >= startsAt && at < startsAt + experiment.order.length * experiment.sliceSeconds * 1_000;
    });
    const experiment = running?.experiment;
    if (experiment === undefined) return this.#told.at(-1) ?? {};
    const slice = Math.floor((at - Date.parse(experiment.startsAt)) / (experiment.sliceSeconds * 1_000));
    const side = experiment.order[slice] === 'b' ? 'b' : 'a';
    return { settings: experiment[side], version: running?.version ?? '', side };
  }
}
