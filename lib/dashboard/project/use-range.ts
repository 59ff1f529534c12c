import { useLocation } from 'preact-iso/router';
import type { Resolution } from '../../contracts/telemetry-history.ts';

/** How far back a view looks, and how fine it may be. */
export const ranges = {
  '1h': { label: '1 h', minutes: 60, resolutions: ['minute'] },
  '6h': { label: '6 h', minutes: 360, resolutions: ['minute', 'hour'] },
  '24h': { label: '24 h', minutes: 1_440, resolutions: ['minute', 'hour'] },
  '7d': { label: '7 d', minutes: 10_080, resolutions: ['hour', 'day'] },
  '30d': { label: '30 d', minutes: 43_200, resolutions: ['hour', 'day'] },
} as const satisfies Record<string, { label: string; minutes: number; resolutions: readonly Resolution[] }>;
export type RangeName = keyof typeof ranges;

const isRange = (name: string | undefined): name is RangeName => name !== undefined && name in ranges;

interface Range {
  range: RangeName;
  /** Undefined: the finest with some hundred points. */
  resolution: Resolution | undefined;
  choose: (next: { range: RangeName; resolution?: Resolution | undefined }) => void;
}

/** Kept in the address, so that it can be sent to somebody. */
export function useRange(): Range {
  const { query, path, route } = useLocation();
  const range = isRange(query.range) ? query.range : '1h';
  const resolution = ranges[range].resolutions.find((one) => one === query.resolution);
  const choose: Range['choose'] = (next) => {
    const { range: _, resolution: __, ...others } = query;
    const given = next.resolution === undefined ? {} : { resolution: next.resolution };
    route(`${path}?${new URLSearchParams({ ...others, range: next.range, ...given })}`, true);
  };
  return { range, resolution, choose };
}
