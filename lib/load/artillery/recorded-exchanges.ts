import { statusFault } from '../engine/fault.ts';
import type { IntervalRecorder } from '../engine/interval-recorder.ts';
import type { ExchangeListener } from './http-meter.ts';

/** Puts what the meters of a worker tell into its intervals, as the requests of our own engine are. */
export function recordedExchanges(recorder: IntervalRecorder): ExchangeListener {
  return {
    responded(exchange) {
      const { status, isStatusJudged, endedAt, faults } = exchange;
      const fault = (isStatusJudged ? undefined : statusFault(status)) ?? faults[0];
      recorder.response({ ...exchange, response: { status } }, endedAt, fault);
    },
    failed: (exchange, kind, example) =>
      recorder.failure({ ...exchange, response: { status: 0 } }, exchange.endedAt, kind, example),
    unsent: (at, kind, example) => recorder.connectionFailure(at, kind, example),
    connected: (at, connectMs, tlsMs) => recorder.connected({ connectMs, tlsMs, isTlsResumed: false }, at),
  };
}
