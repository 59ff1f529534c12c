import { z } from 'zod';

export const thresholdNames = [
  'slowRequestMs',
  'slowQueryMs',
  'highMemoryMb',
  'errorRatePercent',
  'cpuPercent',
  'memoryPercent',
  'cacheHitRatePercent',
] as const;
export type ThresholdName = (typeof thresholdNames)[number];

const threshold = z.object({
  value: z.number().positive(),
  forMinutes: z.number().int().min(1).max(60).default(5),
});
export type Threshold = z.output<typeof threshold>;

const percentThreshold = threshold.extend({ value: z.number().gt(0).lt(100) });

export const thresholdPreset = z.enum(['default', 'development', 'production']);
export type ThresholdPreset = z.output<typeof thresholdPreset>;

/** What a user sets: a preset and what departs from it. */
export const thresholdSettings = z
  .strictObject({
    preset: thresholdPreset.default('default'),
    slowRequestMs: threshold.optional(),
    slowQueryMs: threshold.optional(),
    highMemoryMb: threshold.optional(),
    errorRatePercent: percentThreshold.optional(),
    cpuPercent: percentThreshold.optional(),
    memoryPercent: percentThreshold.optional(),
    cacheHitRatePercent: percentThreshold.optional(),
  })
  .meta({ id: 'ThresholdSettings' });
export type ThresholdSettings = z.output<typeof thresholdSettings>;

/** What is in force. `highMemoryMb` is absent where neither the preset nor the user names it. */
export const thresholds = z
  .object({
    preset: thresholdPreset,
    slowRequestMs: threshold,
    slowQueryMs: threshold,
    highMemoryMb: threshold.optional(),
    errorRatePercent: threshold,
    cpuPercent: threshold,
    memoryPercent: threshold,
    cacheHitRatePercent: threshold,
  })
  .meta({ id: 'Thresholds' });
export type Thresholds = z.output<typeof thresholds>;

const held = (value: number): Threshold => ({ value, forMinutes: 5 });

const defaults: Omit<Thresholds, 'preset'> = {
  slowRequestMs: held(2000),
  slowQueryMs: held(100),
  errorRatePercent: held(5),
  cpuPercent: held(80),
  memoryPercent: held(90),
  cacheHitRatePercent: held(70),
};

/** What a preset does not name, it takes from `default`. */
const presets: Record<ThresholdPreset, Partial<Omit<Thresholds, 'preset'>>> = {
  default: {},
  development: {
    slowRequestMs: held(1000),
    slowQueryMs: held(100),
    highMemoryMb: held(500),
    errorRatePercent: held(10),
  },
  production: {
    slowRequestMs: held(500),
    slowQueryMs: held(50),
    highMemoryMb: held(200),
    errorRatePercent: held(5),
  },
};

/** The thresholds in force for what a user has set. */
export const thresholdsInForce = ({ preset, ...overrides }: ThresholdSettings): Thresholds => ({
  ...defaults,
  ...presets[preset],
  ...Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined)),
  preset,
});
