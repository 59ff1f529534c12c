/** The Universal Scalability Law of Gunther ("Guerrilla Capacity Planning", 2007): how throughput grows, and falls, with users. */
export interface UslParameters {
  /** Requests per second of a single user. */
  lambda: number;
  /** Contention: the share of work that waits for one another, 0 to 1. */
  sigma: number;
  /** Crosstalk: what keeping each pair of users consistent costs, in the work of one; 0 and above. */
  kappa: number;
}

/** How many times as long a request takes as with one user alone. */
export const slowdown = ({ sigma, kappa }: UslParameters, users: number): number =>
  1 + sigma * (users - 1) + kappa * users * (users - 1);

/** Requests per second. */
export const throughputAt = (parameters: UslParameters, users: number): number =>
  (parameters.lambda * users) / slowdown(parameters, users);

/** Where throughput is highest, N* = sqrt((1 - sigma) / kappa), but at least 1; infinite when it rises for ever. */
export function peakUsers({ sigma, kappa }: UslParameters): number {
  // With full contention and no crosstalk, throughput is the same from the first user on.
  if (sigma >= 1) return 1;
  return Math.max(1, Math.sqrt((1 - sigma) / kappa));
}
