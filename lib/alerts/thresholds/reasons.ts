import type { Rule } from './rules.ts';

const number = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });

const amount = (value: number, unit: string): string => `${number.format(value)} ${unit}`;
const lastMinutes = (count: number): string => (count === 1 ? 'the last minute' : `the last ${count} minutes`);

export const firingReason = (
  { words, worse, unit }: Pick<Rule, 'words' | 'worse' | 'unit'>,
  threshold: number,
  mean: number,
  minutes: number,
): string =>
  `${words} was ${amount(mean, unit)} over ${lastMinutes(minutes)}, ${worse} the threshold of ${amount(threshold, unit)}.`;

export const goneReason = (
  { words, unit }: Pick<Rule, 'words' | 'unit'>,
  threshold: number,
  newest: number,
  minutes: number,
): string =>
  `${words} has been well within the threshold of ${amount(threshold, unit)} for ${minutes} minutes, and is ${amount(newest, unit)}.`;

export const silentReason = ({ words }: Pick<Rule, 'words'>, minutes: number): string =>
  `${words} has not been told of for ${minutes} minutes: nothing says that it goes on.`;
