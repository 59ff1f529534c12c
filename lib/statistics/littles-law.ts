export interface ClosedLoad {
  /** How many users were active, N. */
  users: number;
  /** Completed requests per second, X. */
  throughputPerSecond: number;
  meanResponseTimeMs: number;
  /** From an answer to the user's next request, on average. */
  meanThinkTimeMs: number;
}

export interface LittlesLawCheck {
  /** What X (R + Z) gives: as many users as must have been there for the other figures to be true. */
  expectedUsers: number;
  /** Of the expected from the actual users, in percent of these: far from 0, one of the figures is not what it is called. */
  differencePercent: number;
}

/**
 * Little's law, N = X (R + Z), as a check on the figures of a load step: it holds for any system in which as many requests
 * begin as end (Little: "A proof for the queuing formula L = lambda W", Operations Research 9:3, 1961). A step that has not
 * settled, a generator that does not keep up or a mean over other requests than were counted breaks it.
 *
 * @throws RangeError when there is no user, or a figure is negative or not finite
 */
export function littlesLaw(load: ClosedLoad): LittlesLawCheck {
  for (const [name, value] of Object.entries(load)) {
    if (!(value >= 0 && Number.isFinite(value)))
      throw new RangeError(`${name} is finite and not negative, not ${value}`);
  }
  const { users, throughputPerSecond, meanResponseTimeMs, meanThinkTimeMs } = load;
  if (users === 0) throw new RangeError('users must be above 0');
  const expectedUsers = (throughputPerSecond * (meanResponseTimeMs + meanThinkTimeMs)) / 1000;
  return { expectedUsers, differencePercent: (100 * (expectedUsers - users)) / users };
}
