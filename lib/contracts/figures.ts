/** How numbers are written for people, on the terminal and in reports alike. */

export const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** Three significant digits at least, no more than two after the point, but for what would then be 0. */
export function decimal(value: number): string {
  const size = Math.abs(value);
  return value.toLocaleString('en-US', {
    maximumFractionDigits: size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.01 ? 2 : 3,
  });
}

/** Without its sign. Never rounded up to 100 %, or down to 0 %: one failure in a million is not none. */
export function percent(value: number): string {
  if (value > 99.99 && value < 100) return '>99.99';
  if (value > 0 && value < 0.01) return '<0.01';
  return (Math.round(value * 100) / 100).toLocaleString('en-US');
}

/** Three significant digits, however small: of parameters without a unit. */
export const significant = (value: number): string => value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
