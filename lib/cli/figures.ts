/** How numbers are written for people. */

export const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** Three significant digits at least, no more than two after the point, but for what would then be 0. */
export function decimal(value: number): string {
  const size = Math.abs(value);
  return value.toLocaleString('en-US', {
    maximumFractionDigits: size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.01 ? 2 : 3,
  });
}

/** `responseTime` -> `response time`. */
export const spaced = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

export const unmeasured = '-';

export const ms = (value: number | undefined): string => (value === undefined ? unmeasured : `${decimal(value)} ms`);
export const perSecond = (value: number | undefined): string =>
  value === undefined ? unmeasured : `${decimal(value)}/s`;

/** Never rounded up to 100 %, or down to 0 %: one failure in a million is not none. */
export function percentage(value: number | undefined): string {
  if (value === undefined) return unmeasured;
  if (value > 99.99 && value < 100) return '>99.99 %';
  if (value > 0 && value < 0.01) return '<0.01 %';
  return `${(Math.round(value * 100) / 100).toLocaleString('en-US')} %`;
}
