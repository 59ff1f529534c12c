import type { LoadKind, LoadTestRequest } from '../../contracts/load.ts';
import type { PlannedLoad } from '../artillery/arrival-schedule.ts';
import type { Part, StepPlan } from '../model.ts';
import type { PlayedStep } from './played-step.ts';
import { requestsPerArrival } from './requests-per-arrival.ts';
import { type LoadSettings, modelOf, settingsOf } from './settings.ts';
import { mostBisections, stressLevels } from './stress-levels.ts';
import { nextStressLevel } from './stress-search.ts';

/** The next step of a part, given those of it that were played; undefined: the part is over. */
type PartSequence = (settings: LoadSettings, played: readonly PlayedStep[]) => StepPlan | undefined;

/** A level that is risen to and held. */
const heldStep = (part: Part, level: number, rampUpSeconds: number, holdSeconds: number): StepPlan => ({
  part,
  level,
  stages: [
    ...(rampUpSeconds > 0 ? [{ seconds: rampUpSeconds, from: 0, to: level }] : []),
    { seconds: holdSeconds, from: level, to: level },
  ],
  holdFromSeconds: rampUpSeconds,
  holdSeconds,
  target: 0,
});

const once =
  (step: (settings: LoadSettings) => StepPlan): PartSequence =>
  (settings, played) =>
    played.length === 0 ? step(settings) : undefined;

const sequences: Record<Exclude<Part, 'comparison' | 'artillery'>, PartSequence> = {
  basic: once(({ level, rampUpSeconds, durationSeconds }) => heldStep('basic', level, rampUpSeconds, durationSeconds)),
  endurance: once(({ level, rampUpSeconds, enduranceSeconds }) =>
    heldStep('endurance', level, rampUpSeconds, enduranceSeconds),
  ),
  stress: (settings, played) => {
    const level = nextStressLevel(settings, played);
    return level === undefined
      ? undefined
      : heldStep('stress', level, settings.stepRampUpSeconds, settings.stepSeconds);
  },
  spike: once(spikeStep),
};

function spikeStep(settings: LoadSettings): StepPlan {
  const { level, spikeLevel, rampUpSeconds, durationSeconds, spikeSeconds, recoverySeconds } = settings;
  return {
    ...heldStep('spike', level, rampUpSeconds, durationSeconds),
    stages: [
      ...(rampUpSeconds > 0 ? [{ seconds: rampUpSeconds, from: 0, to: level }] : []),
      { seconds: durationSeconds, from: level, to: level },
      { seconds: spikeSeconds, from: spikeLevel, to: spikeLevel },
      { seconds: recoverySeconds, from: level, to: level },
    ],
    holdSeconds: durationSeconds + spikeSeconds + recoverySeconds,
  };
}

/** Whose steps follow from its fields. An Artillery script has its own plan. */
export type PlannedRequest = LoadTestRequest & { kind: Exclude<LoadKind, 'artillery'> };

export const isPlanned = (request: LoadTestRequest): request is PlannedRequest => request.kind !== 'artillery';

const partsOf: Record<Exclude<LoadKind, 'artillery'>, readonly (keyof typeof sequences)[]> = {
  basic: ['basic'],
  stress: ['stress'],
  spike: ['spike'],
  endurance: ['endurance'],
  comprehensive: ['basic', 'stress', 'spike', 'endurance'],
};

/** What a test plays next, given what it has played. Undefined: it is complete. */
export function nextStepOf(request: PlannedRequest, played: readonly PlayedStep[]): StepPlan | undefined {
  const settings = settingsOf(request);
  for (const part of partsOf[request.kind]) {
    const next = sequences[part](
      settings,
      played.filter((step) => step.part === part),
    );
    if (next !== undefined) return next;
  }
  return undefined;
}

/** A script's arrivals are its own affair: what is known of them is how long they go on, and how many come at the most. */
export const scriptStep = ({ seconds, peakArrivalsPerSecond: level }: PlannedLoad): StepPlan =>
  heldStep('artillery', level, 0, Math.max(1, Math.ceil(seconds)));

/** How long the steps of a test take at the most, ramps included and pauses between them not. */
export function plannedSecondsOf(request: PlannedRequest): number {
  const settings = settingsOf(request);
  const { stepRampUpSeconds, stepSeconds } = settings;
  return partsOf[request.kind].reduce((sum, part) => {
    if (part !== 'stress') return sum + secondsOf(sequences[part](settings, []));
    return sum + (stressLevels(settings).length + mostBisections) * (stepRampUpSeconds + stepSeconds);
  }, 0);
}

/** The most that a test asks of the fleet at any time. */
export function peakLevelOf(request: PlannedRequest): number {
  const { level, maxLevel, spikeLevel } = settingsOf(request);
  const levels = { basic: level, endurance: level, stress: maxLevel, spike: Math.max(level, spikeLevel) };
  return Math.max(...partsOf[request.kind].map((part) => levels[part]));
}

export const secondsOf = (step: StepPlan | undefined): number =>
  (step?.stages ?? []).reduce((sum, { seconds }) => sum + seconds, 0);

/** How many requests a test will send, where that is known before: in the closed model it is the target that decides. */
export function plannedRequestsOf(request: PlannedRequest): number | undefined {
  if (modelOf(request) === 'closed') return undefined;
  const settings = settingsOf(request);
  const arrivals = partsOf[request.kind].reduce((sum, part) => {
    const levels = part === 'stress' ? stressLevels(settings) : [undefined];
    return sum + levels.reduce<number>((more, level) => more + arrivalsOf(stepFor(part, settings, level)), 0);
  }, 0);
  return arrivals * requestsPerArrival(request.scenarios);
}

const stepFor = (
  part: keyof typeof sequences,
  settings: LoadSettings,
  level: number | undefined,
): StepPlan | undefined =>
  level === undefined
    ? sequences[part](settings, [])
    : heldStep('stress', level, settings.stepRampUpSeconds, settings.stepSeconds);

const arrivalsOf = (step: StepPlan | undefined): number =>
  (step?.stages ?? []).reduce((sum, { seconds, from, to }) => sum + (seconds * (from + to)) / 2, 0);
