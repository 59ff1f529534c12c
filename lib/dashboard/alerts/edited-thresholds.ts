import type { Threshold, ThresholdName, Thresholds } from '../../contracts/thresholds.ts';

/** While it is typed, either may be empty. */
export interface EditedThreshold {
  value?: number | undefined;
  forMinutes?: number | undefined;
}
export type EditedThresholds = { [Name in ThresholdName]?: EditedThreshold | undefined };

type Departing = { [Name in ThresholdName]?: Threshold };

/** What a preset does not say: all that is saved beside its name. A threshold without a value is as the preset has it. */
export function departing(edited: EditedThresholds, preset: Thresholds): Departing {
  const { preset: _, ...thresholds } = edited as Partial<Thresholds>;
  return Object.fromEntries(
    Object.entries(thresholds).flatMap(([name, { value, forMinutes = 5 } = {} as EditedThreshold]) => {
      const usual = preset[name as ThresholdName];
      if (value === undefined || (usual?.value === value && usual.forMinutes === forMinutes)) return [];
      return [[name, { value, forMinutes }]];
    }),
  );
}
