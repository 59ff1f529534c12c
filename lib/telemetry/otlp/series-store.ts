import { z } from 'zod';
import { type TelemetryWindow, telemetryWindow } from '../../contracts/telemetry.ts';
import type { HistoryTable } from '../../platform/table/history-table.ts';
import { keys } from '../../platform/table/keys.ts';
import { LargeValues } from '../../platform/table/large-values.ts';
import { attempts, busy, type Reporter, rememberedMs } from './coverages.ts';
import { type SeriesState, seriesState } from './series.ts';

const kept = z.object({
  state: seriesState,
  /** Digests of the exports that it was made of, the newest last. */
  exports: z.array(z.string()),
  /** What the newest of them came to. It may have been taken on or not. */
  windows: z.array(z.unknown()),
  writtenAt: z.number(),
});
type Kept = z.output<typeof kept>;

/** Clients send an export again within a minute, and later than that only by mistake. */
const maxExports = 30;
/** What was not taken on within this time was not acknowledged either, and belongs to nobody's figures any more. */
const unfinishedMs = 600_000;

export interface Step {
  state: SeriesState;
  windows: TelemetryWindow[];
}

/**
 * Running totals, brought forward export by export. What an export adds is written together with the totals, before it is taken
 * on by the caller: whatever fails in between, the export sent again, or the next one, takes it on, and nothing counts twice.
 */
export class SeriesStore {
  readonly #values: LargeValues<Kept>;

  constructor(table: HistoryTable) {
    this.#values = new LargeValues(table, { name: 'OtlpSeries', version: 1, schema: kept });
  }

  /**
   * @param digest of the export: the same one is not added again
   * @param erasedUntil what was written by then is not read, but for the digests
   * @param step what the export makes of the state
   * @param takeOn is given the windows of an export, once or more often, and knows them by the digest
   * @throws DomainError unavailable; and what `step` and `takeOn` throw
   */
  async advance(
    { project, instance }: Reporter,
    { digest, now, erasedUntil }: { digest: string; now: number; erasedUntil: number },
    step: (known: SeriesState | undefined) => Step,
    takeOn: (digest: string, windows: TelemetryWindow[]) => Promise<void>,
  ): Promise<void> {
    const key = keys.otlpSeries(project, instance);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const found = await this.#values.get(key);
      const known = found?.value.exports ?? [];
      const before = found !== undefined && found.value.writtenAt > erasedUntil ? found.value : undefined;
      const newest = known.at(-1);
      if (before !== undefined && newest !== undefined && before.writtenAt > now - unfinishedMs) {
        await takeOn(newest, readable(before.windows));
      }
      if (known.includes(digest)) return;
      const { state, windows } = step(before?.state);
      const exports = [...known, digest].slice(-maxExports);
      const next: Kept = { state, exports, windows, writtenAt: now };
      const expiresAt = now + rememberedMs;
      const written =
        found === undefined
          ? await this.#values.create(key, next, expiresAt)
          : await this.#values.replace(key, found, next, expiresAt);
      if (written === undefined) continue;
      await takeOn(digest, windows);
      return;
    }
    throw busy();
  }
}

/** Windows of another version of Headroom than this one may be unreadable. */
function readable(windows: readonly unknown[]): TelemetryWindow[] {
  const parsed = z.array(telemetryWindow).safeParse(windows);
  return parsed.success ? parsed.data : [];
}
