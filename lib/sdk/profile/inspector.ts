import type { Session } from 'node:inspector/promises';
import { ProfileInProgressError } from './in-progress-error.ts';

const key = Symbol.for('headroom.profile');
const shared: typeof globalThis & { [key]?: boolean } = globalThis;

/** V8's own profilers, in this thread: nothing listens on a port, and no other process is needed. */
export interface Inspection {
  readonly session: Session;
  /** Whoever wants to profile next may. */
  end(): void;
}

/**
 * @throws ProfileInProgressError
 * @throws Error when this Node was built without its inspector
 */
export async function inspect(): Promise<Inspection> {
  if (shared[key] === true) throw new ProfileInProgressError();
  shared[key] = true;
  try {
    const { Session } = await import('node:inspector/promises');
    const session = new Session();
    session.connect();
    let hasEnded = false;
    const end = (): void => {
      // Whoever stops twice must not end the profile of the next.
      if (hasEnded) return;
      hasEnded = true;
      session.disconnect();
      shared[key] = false;
    };
    return { session, end };
  } catch (error) {
    shared[key] = false;
    throw error;
  }
}

/** @throws RangeError */
export function checkBetween(name: string, value: number, min: number, max: number): void {
  if (!(value >= min && value <= max))
    throw new RangeError(`${name} must lie between ${min} and ${max}, not at ${value}`);
}

export const seconds = (count: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, count * 1_000));
