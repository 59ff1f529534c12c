/** Two profiles at once would be of each other. */
export class ProfileInProgressError extends Error {
  override name = 'ProfileInProgressError';

  constructor() {
    super('Another profile of this thread is in progress: wait for its end, or stop it');
  }
}
