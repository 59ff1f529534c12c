import { useLocation } from 'preact-iso/router';

/** How far back a view looks. Kept in the address, so that it can be sent to somebody. */
export const ranges = {
  '1h': { label: '1 h', minutes: 60 },
  '6h': { label: '6 h', minutes: 360 },
  '24h': { label: '24 h', minutes: 1_440 },
  '7d': { label: '7 d', minutes: 10_080 },
  '30d': { label: '30 d', minutes: 43_200 },
} as const;
export type RangeName = keyof typeof ranges;

const isRange = (name: string | undefined): name is RangeName => name !== undefined && name in ranges;

export function useRange(): { range: RangeName; choose: (range: RangeName) => void } {
  const { query, path, route } = useLocation();
  const range = isRange(query.range) ? query.range : '1h';
  const choose = (next: RangeName): void => route(`${path}?${new URLSearchParams({ ...query, range: next })}`, true);
  return { range, choose };
}
