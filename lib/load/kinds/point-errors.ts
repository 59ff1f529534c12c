import type { TimelinePoint } from '../../contracts/load-result.ts';

/** All requests, and the connections that failed before they carried one. */
export const attemptsIn = ({ requests, connectionFailures = 0 }: TimelinePoint): number =>
  requests + connectionFailures;

/** What failed of all attempts, in percent; 0 where nothing was tried. */
export function errorRatePercentOf(points: readonly TimelinePoint[]): number {
  const attempts = points.reduce((sum, point) => sum + attemptsIn(point), 0);
  const failed = points.reduce(
    (sum, { failedRequests, connectionFailures = 0 }) => sum + failedRequests + connectionFailures,
    0,
  );
  return attempts === 0 ? 0 : (100 * failed) / attempts;
}
