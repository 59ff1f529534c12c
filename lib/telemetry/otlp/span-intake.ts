import { type OtlpSpan, spanKinds } from '../../contracts/otlp.ts';
import type { Pseudonyms } from '../records/pseudonyms.ts';
import { Attributes } from './attributes.ts';
import { countedByTraces, type Side, sides, withTraces } from './coverage.ts';
import type { Coverages } from './coverages.ts';
import { methodOf } from './http-attributes.ts';
import type { Export, Intake } from './intake.ts';
import { traceWindows } from './trace-windows.ts';
import type { Rejected } from './wire.ts';

/** Takes the spans of one process. */
export class SpanIntake {
  readonly #coverages: Coverages;
  readonly #pseudonyms: Pseudonyms;
  readonly #intake: Intake;

  constructor(coverages: Coverages, pseudonyms: Pseudonyms, intake: Intake) {
    this.#coverages = coverages;
    this.#pseudonyms = pseudonyms;
    this.#intake = intake;
  }

  async take(one: Export, spans: readonly OtlpSpan[]): Promise<Rejected> {
    const { now } = one;
    const told = sides.filter((side) => spans.some((span) => isOf(side, span)));
    // Noted before anything is counted, or the first metrics would count it again.
    const known = await this.#coverages.update(one, one, (before) =>
      told.reduce((all, side) => withTraces(all, side, now), before),
    );
    const { windows, rejected, why } = traceWindows(spans, now, {
      server: (endMs) => countedByTraces(known.server, endMs),
      client: (endMs) => countedByTraces(known.client, endMs),
    });
    const closed = windows.close(await this.#pseudonyms.of(one.project));
    const refused = await this.#intake.takeOn(one, one.digest, closed);
    return { count: rejected + refused.count, message: why || refused.message };
  }
}

const isOf = (side: Side, { kind, attributes }: OtlpSpan): boolean =>
  kind === spanKinds[side] && methodOf(new Attributes(attributes)) !== undefined;
