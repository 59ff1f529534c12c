import type { IntervalRecorder } from '../engine/interval-recorder.ts';
import type { ExchangeListener } from './http-meter.ts';

/** Puts what the meters of a worker tell into its intervals, as the requests of our own engine are. */
export function recordedExchanges(recorder: IntervalRecorder): ExchangeListener {
  return {
    responded(exchange) {
      const { status, isStatusExpected, endedAt, faults } = exchange;
      recorder.response({ ...exchange, response: { status } }, endedAt, {
        faults,
        isSuccessful: (isStatusExpected || status < 400) && faults.length === 0,
      });
    },
    failed: (exchange, kind, example) =>
      recorder.failure({ ...exchange, response: { status: 0 } }, exchange.endedAt, kind, example),
    unsent: (at, kind, example) => recorder.connectionFailure(at, kind, example),
    connected: (at, connectMs, tlsMs) => recorder.connected({ connectMs, tlsMs, isTlsResumed: false }, at),
  };
}
