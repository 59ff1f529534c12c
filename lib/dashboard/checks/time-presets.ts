export const custom = 'custom';

/** By their cron expressions. */
export const timePresets = [
  { value: '0 2 * * *', label: 'Daily at 02:00' },
  { value: '0 2 * * 1-5', label: 'Monday to Friday at 02:00' },
  { value: '0 3 * * 0', label: 'Weekly, Sunday at 03:00' },
  { value: '0 8 * * 1', label: 'Weekly, Monday at 08:00' },
  { value: '0 4 1 * *', label: 'Monthly, on the first at 04:00' },
  { value: custom, label: 'At times of its own' },
] as const;
export type TimePreset = (typeof timePresets)[number]['value'];

export const presetOf = (cron: string): TimePreset => timePresets.find(({ value }) => value === cron)?.value ?? custom;
