import type { TelemetryWindow } from '../../contracts/telemetry.ts';

/** What a source may add to a window. */
export type Addition = Partial<Pick<TelemetryWindow, 'outgoing' | 'pools' | 'metrics'>>;

/** Adds to each window, when it is closed, what it saw since the one before was. */
export interface WindowSource {
  /** Hands over what it has, within the limits of one window, and begins anew. */
  close(): Addition;
  /** Whether there is something to tell even if no request and no query was seen: without it, only with those. */
  hasNews?(): boolean;
}

const key = Symbol.for('headroom.sources');
const shared: typeof globalThis & { [key]?: Set<WindowSource> } = globalThis;
shared[key] ??= new Set();

/** Of the process: metrics and pools may be there before anything is reported, and without. */
export const windowSources: Set<WindowSource> = shared[key];
