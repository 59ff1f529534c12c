import type { LoadTestRequest } from '../../contracts/load.ts';

export type Model = 'closed' | 'open';

/** Closed: users. Open: arrivals per second. */
export interface Levels {
  model: Model;
  level: number;
  startLevel: number;
  maxLevel: number;
  /** From one step of a stress test to the next; undefined: each doubles the one before. */
  levelStep: number | undefined;
  spikeLevel: number;
}

export interface BreakCriteria {
  maxErrorRatePercent: number;
  maxP95ResponseTimeMs: number;
}

/** A request with every default of its kind filled in. */
export interface LoadSettings extends Levels {
  rampUpSeconds: number;
  durationSeconds: number;
  stepSeconds: number;
  stepRampUpSeconds: number;
  spikeSeconds: number;
  recoverySeconds: number;
  enduranceSeconds: number;
  breakCriteria: BreakCriteria;
  precisionPercent: number;
}

export const defaultUsers = 10;
const spikeFactor = 10;

export function settingsOf(request: LoadTestRequest): LoadSettings {
  const { kind, stepSeconds = 60, rampUpSeconds } = request;
  const durationSeconds = request.durationSeconds ?? (kind === 'endurance' ? 3600 : 60);
  return {
    ...levelsOf(request),
    durationSeconds,
    rampUpSeconds: rampUpSeconds ?? 10,
    stepSeconds,
    // In whole seconds: what is measured of a step begins with an interval.
    stepRampUpSeconds: Math.ceil(rampUpSeconds ?? Math.min(10, stepSeconds / 6)),
    spikeSeconds: request.spikeSeconds ?? 30,
    recoverySeconds: request.recoverySeconds ?? 60,
    enduranceSeconds: kind === 'endurance' ? durationSeconds : (request.enduranceSeconds ?? 300),
    breakCriteria: request.breakCriteria ?? { maxErrorRatePercent: 5, maxP95ResponseTimeMs: 2000 },
    precisionPercent: request.precisionPercent ?? 5,
  };
}

export const modelOf = ({ arrivalRate, startRate, maxRate, spikeRate, stepRate }: LoadTestRequest): Model =>
  [arrivalRate, startRate, maxRate, spikeRate, stepRate].some((rate) => rate !== undefined) ? 'open' : 'closed';

function levelsOf(request: LoadTestRequest): Levels {
  const model = modelOf(request);
  if (model === 'open') {
    const level = request.arrivalRate ?? request.startRate ?? 10;
    const startLevel = request.startRate ?? level;
    return {
      model,
      level,
      startLevel,
      maxLevel: Math.max(startLevel, request.maxRate ?? 100 * startLevel),
      levelStep: request.stepRate,
      spikeLevel: request.spikeRate ?? spikeFactor * level,
    };
  }
  const level = request.users ?? defaultUsers;
  return {
    model,
    level,
    startLevel: request.startUsers ?? Math.min(defaultUsers, request.maxUsers ?? defaultUsers),
    maxLevel: request.maxUsers ?? Math.max(1000, request.startUsers ?? 0),
    levelStep: request.stepUsers,
    spikeLevel: request.spikeUsers ?? spikeFactor * level,
  };
}
