import type { LoadKind } from '../../../contracts/load.ts';

/** Closed: users who wait for each answer. Open: requests begin each second, whatever the target does. */
export type LoadModel = 'users' | 'rate';

export const models: readonly { value: LoadModel; label: string }[] = [
  { value: 'users', label: 'Users' },
  { value: 'rate', label: 'Arrivals a second' },
];
export const modelHints: Record<LoadModel, string> = {
  users: 'Each waits for its answer, and then thinks.',
  rate: 'So many requests begin each second, whatever the service does.',
};

interface LevelField {
  label: string;
  unit?: string;
  kinds: readonly LoadKind[];
  /** Absent: in both. */
  model?: LoadModel;
  /** What the platform takes where it is left empty. */
  otherwise: string;
  min: number;
  step?: number;
}

const held = ['basic', 'spike', 'endurance', 'comprehensive'] as const;
const stressed = ['stress', 'comprehensive'] as const;
const spiked = ['spike', 'comprehensive'] as const;

/** The numbers that say how much load there is, and when. In the order of the form. */
export const levelFields = {
  users: { label: 'Users', kinds: held, model: 'users', otherwise: '10', min: 1, step: 1 },
  arrivalRate: { label: 'Arrivals', unit: 'a second', kinds: held, model: 'rate', otherwise: 'none', min: 0 },
  durationSeconds: { label: 'Duration', unit: 's', kinds: held, otherwise: '60, of endurance 3600', min: 0 },
  startUsers: { label: 'First step', unit: 'users', kinds: stressed, model: 'users', otherwise: '10', min: 1, step: 1 },
  maxUsers: { label: 'Last step', unit: 'users', kinds: stressed, model: 'users', otherwise: '1000', min: 1, step: 1 },
  stepUsers: {
    label: 'From step to step',
    unit: 'users',
    kinds: stressed,
    model: 'users',
    otherwise: 'each step doubles the one before',
    min: 1,
    step: 1,
  },
  startRate: { label: 'First step', unit: 'a second', kinds: stressed, model: 'rate', otherwise: 'none', min: 0 },
  maxRate: { label: 'Last step', unit: 'a second', kinds: stressed, model: 'rate', otherwise: 'none', min: 0 },
  stepRate: {
    label: 'From step to step',
    unit: 'a second',
    kinds: stressed,
    model: 'rate',
    otherwise: 'each step doubles the one before',
    min: 0,
  },
  stepSeconds: { label: 'Each step is held for', unit: 's', kinds: stressed, otherwise: '60', min: 0 },
  spikeUsers: {
    label: 'Height of the spike',
    unit: 'users',
    kinds: spiked,
    model: 'users',
    otherwise: 'ten times the users',
    min: 1,
    step: 1,
  },
  spikeRate: {
    label: 'Height of the spike',
    unit: 'a second',
    kinds: spiked,
    model: 'rate',
    otherwise: 'ten times the arrivals',
    min: 0,
  },
  spikeSeconds: { label: 'Length of the spike', unit: 's', kinds: spiked, otherwise: '30', min: 0 },
  recoverySeconds: { label: 'After the spike', unit: 's', kinds: spiked, otherwise: '60', min: 0 },
  enduranceSeconds: { label: 'Endurance part', unit: 's', kinds: ['comprehensive'], otherwise: '300', min: 0 },
  rampUpSeconds: {
    label: 'Ramp-up',
    unit: 's',
    kinds: [...held, 'stress'],
    otherwise: '10, of a stress step a sixth of it',
    min: 0,
  },
  thinkTimeMs: {
    label: 'Think time of a user',
    unit: 'ms',
    kinds: [...held, 'stress'],
    otherwise: '1000',
    min: 0,
  },
} as const satisfies Record<string, LevelField>;
export type LevelName = keyof typeof levelFields;

const entries = Object.entries(levelFields) as [LevelName, LevelField][];

/** The fields that a kind of test has in a model. */
export const levelFieldsOf = (kind: LoadKind, model: LoadModel): [LevelName, LevelField][] =>
  entries.filter(([, field]) => field.kinds.includes(kind) && (field.model ?? model) === model);
