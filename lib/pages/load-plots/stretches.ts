import type { LoadStep, LoadTestResult } from '../../contracts/load-result.ts';
import type { Mark, Stretch } from '../plot.ts';
import { formats } from '../units.ts';

/** Users of the closed model, arrivals a second of the open one. */
export const levelOf = ({ users, arrivalRate }: LoadStep): number | undefined => users ?? arrivalRate;

export const levelInWords = ({ users, arrivalRate }: LoadStep): string =>
  users !== undefined ? formats.users(users) : arrivalRate !== undefined ? formats.perSecond(arrivalRate) : '';

/** The height of a spike: of its steps, the one of the most users or arrivals. */
export const spikeStep = (steps: readonly LoadStep[]): LoadStep | undefined =>
  steps
    .filter(({ part }) => part === 'spike')
    .reduce<LoadStep | undefined>(
      (highest, step) => (highest === undefined || (levelOf(step) ?? 0) > (levelOf(highest) ?? 0) ? step : highest),
      undefined,
    );

const tones = { ok: 'plain', failing: 'bad', overloaded: 'bad', 'generator-limited': 'doubtful' } as const;

/** The steps of a test along its time. A single one says nothing that the axis does not. */
export function stepStretches(steps: readonly LoadStep[]): Stretch[] {
  if (steps.length < 2) return [];
  const spike = spikeStep(steps);
  const parts = new Set(steps.map(({ part }) => part));
  return steps.map((step) => {
    const word = step === spike ? 'spike' : step.part === 'spike' ? 'base' : parts.size > 1 ? step.part : '';
    return {
      from: step.startSecond,
      to: step.startSecond + step.durationSeconds,
      label: [word, levelInWords(step)].filter(Boolean).join(', '),
      tone: step === spike ? 'strong' : tones[step.verdict ?? 'ok'],
    };
  });
}

/** Where a target was itself again after the spike. */
export function recoveryMarks({ steps = [], spike }: Pick<LoadTestResult, 'steps' | 'spike'>): Mark[] {
  const height = spikeStep(steps);
  if (height === undefined || spike?.recoverySeconds == null) return [];
  const { recoverySeconds } = spike;
  return [
    {
      at: height.startSecond + height.durationSeconds + recoverySeconds,
      label: `recovered after ${formats.duration(recoverySeconds)}`,
    },
  ];
}
