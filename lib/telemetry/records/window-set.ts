import type { TelemetryWindow } from '../../contracts/telemetry.ts';
import type { Pseudonym } from './seen-request.ts';
import { WindowDraft } from './window-draft.ts';

/** The windows of single requests: as the SDK's, they end at whole ten seconds. */
export const slotMs = 10_000;

export const slotOf = (epochMs: number): number => Math.floor(epochMs / slotMs) * slotMs;

/** The windows of one instance, by when they began and how long they are. */
export class WindowSet {
  readonly #drafts = new Map<string, { startMs: number; draft: WindowDraft }>();

  /** The ten seconds that something happened in. */
  at(epochMs: number): WindowDraft {
    return this.between(slotOf(epochMs), slotMs);
  }

  between(startMs: number, durationMs: number): WindowDraft {
    const key = `${startMs} ${durationMs}`;
    const known = this.#drafts.get(key);
    if (known !== undefined) return known.draft;
    const draft = new WindowDraft(startMs, durationMs);
    this.#drafts.set(key, { startMs, draft });
    return draft;
  }

  /** In the order of time. */
  close(pseudonym: Pseudonym): TelemetryWindow[] {
    return [...this.#drafts.values()]
      .toSorted((a, b) => a.startMs - b.startMs)
      .map(({ draft }) => draft.close(pseudonym));
  }
}
