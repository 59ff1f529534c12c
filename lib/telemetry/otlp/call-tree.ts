import { type OtlpSpan, spanKinds } from '../../contracts/otlp.ts';
import { Attributes } from './attributes.ts';

/** A span with what is asked of it again and again. */
export interface ReadSpan {
  span: OtlpSpan;
  attributes: Attributes;
  startMs: number;
  endMs: number;
  durationUs: number;
}

/** Deeper than services nest; a trace that leads back to itself has no depth at all. */
const maxDepth = 100;
const nanosecondsOfMs = 1_000_000;

export const readSpan = (span: OtlpSpan): ReadSpan => ({
  span,
  attributes: new Attributes(span.attributes),
  startMs: span.startTimeUnixNano / nanosecondsOfMs,
  endMs: span.endTimeUnixNano / nanosecondsOfMs,
  durationUs: (span.endTimeUnixNano - span.startTimeUnixNano) / 1000,
});

/** The spans that came together, by who called whom. */
export class CallTree {
  readonly #byId = new Map<string, ReadSpan>();
  readonly #routes = new Map<string, string>();

  constructor(spans: readonly ReadSpan[]) {
    for (const read of spans) {
      const { traceId, spanId, parentSpanId } = read.span;
      this.#byId.set(traceId + spanId, read);
      // Frameworks tell their route on a span of their own, below the server's.
      const route = read.attributes.text('http.route');
      if (route !== undefined && parentSpanId !== '') this.#routes.set(traceId + parentSpanId, route);
    }
  }

  /** The request that this span was part of, if its span came too. */
  serverOf({ span }: ReadSpan): ReadSpan | undefined {
    let { traceId, parentSpanId } = span;
    for (let depth = 0; depth < maxDepth && parentSpanId !== ''; depth++) {
      const parent = this.#byId.get(traceId + parentSpanId);
      if (parent === undefined) return undefined;
      if (parent.span.kind === spanKinds.server) return parent;
      ({ traceId, parentSpanId } = parent.span);
    }
    return undefined;
  }

  /** What a span right below this one says of the route. */
  routeBelow({ span }: ReadSpan): string | undefined {
    return this.#routes.get(span.traceId + span.spanId);
  }
}
