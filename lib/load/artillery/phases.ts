import type { PhaseSpec } from './script-schema.ts';

/** A part of the test with its arrivals per second, which go from one rate to the other in a straight line. */
export type ArrivalPhase = {
  name?: string;
  seconds: number;
  from: number;
  to: number;
  mode: 'uniform' | 'poisson';
  /** Of the whole test: while so many users are at work, those who arrive are skipped. */
  maxVusers?: number;
};

/** @param mode for phases that do not say theirs; a ramp has no other than uniform, as in Artillery */
export function phaseOf(spec: PhaseSpec, mode: ArrivalPhase['mode'] = 'uniform'): ArrivalPhase {
  const { pause, duration = 0, arrivalRate = 0, arrivalCount, rampTo, maxVusers } = spec;
  const rate = arrivalCount === undefined ? arrivalRate : arrivalCount / duration;
  const rates =
    pause === undefined ? { seconds: duration, from: rate, to: rampTo ?? rate } : { seconds: pause, from: 0, to: 0 };
  const isUniform = rampTo !== undefined || arrivalCount !== undefined || pause !== undefined;
  return {
    ...(spec.name === undefined ? {} : { name: spec.name }),
    ...rates,
    mode: isUniform ? 'uniform' : (spec.mode ?? mode),
    ...(maxVusers === undefined ? {} : { maxVusers }),
  };
}
