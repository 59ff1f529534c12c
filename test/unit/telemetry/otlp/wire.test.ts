import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BytesBody } from '../../../../lib/contracts/route.ts';
import { DomainError } from '../../../../lib/platform/errors.ts';
import { decodeOtlp, exportAnswer, statusAnswer } from '../../../../lib/telemetry/otlp/wire.ts';
import { fromProtobuf, protobufOf } from '../../../support/otlp-proto.ts';
import { counterOf, durationsOf, gaugeOf, metricsOf, tracesOf } from '../../../support/otlp-requests.ts';
import { noon } from '../../../support/telemetry-batches.ts';

const protobuf = 'application/x-protobuf';
const json = (value: unknown): BytesBody => ({
  bytes: Buffer.from(JSON.stringify(value)),
  contentType: 'application/json',
});
const times = { startMs: noon - 1000, timeMs: noon };

const traces = tracesOf([
  {
    id: '00f067aa0ba902b7',
    startMs: noon - 5,
    ms: 5,
    values: { 'http.route': '/é', n: -3, share: 0.5, on: true },
    error: true,
  },
  { id: '00f067aa0ba902b8', parent: '00f067aa0ba902b7', kind: 3, startMs: noon - 4, ms: 1, traceState: 'ot=th:8' },
]);
const metrics = metricsOf([
  counterOf('orders', 7.5, times),
  gaugeOf('depth', -2, times),
  durationsOf([0.003, 0.2, 99], { ...times, values: { 'http.request.method': 'GET' } }),
  {
    name: 'exponential',
    exponentialHistogram: {
      aggregationTemporality: 1,
      dataPoints: [
        {
          count: '3',
          scale: -2,
          zeroCount: '1',
          zeroThreshold: 0.1,
          positive: { offset: -5, bucketCounts: ['1', '0', '1'] },
        },
      ],
    },
  },
]);

describe('a request', () => {
  it('says the same in protobuf and in JSON', () => {
    for (const [signal, request] of [
      ['traces', traces],
      ['metrics', metrics],
    ] as const) {
      const fromJson = decodeOtlp(signal, json(request));
      expect(decodeOtlp(signal, { bytes: protobufOf(signal, request), contentType: protobuf })).toEqual(fromJson);
      expect(JSON.stringify(fromJson)).toContain(signal === 'traces' ? '00f067aa0ba902b7' : 'exponential');
    }
  });

  it('may hold what is no finite number, and what is not known here', () => {
    const odd = metricsOf([{ ...gaugeOf('depth', 0, times), unknown: { deep: [[]] } }]);
    const [metric] = odd.resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];
    const point = (metric as ReturnType<typeof gaugeOf>).gauge.dataPoints[0] ?? { asDouble: 0 };
    Object.assign(point, { asDouble: 'NaN' });
    expect(decodeOtlp('metrics', json(odd))).toMatchObject({ resourceMetrics: [{}] });
    Object.assign(point, { asDouble: Number.NaN });
    const bytes = protobufOf('metrics', odd);
    expect(decodeOtlp('metrics', { bytes, contentType: protobuf })).toMatchObject({ resourceMetrics: [{}] });
  });

  it('may be empty', () => {
    expect(decodeOtlp('traces', { bytes: new Uint8Array(), contentType: protobuf })).toEqual({ resourceSpans: [] });
    expect(decodeOtlp('metrics', json({}))).toEqual({ resourceMetrics: [] });
  });

  const isRefusal = (decode: () => unknown): boolean => {
    try {
      decode();
      return true;
    } catch (error) {
      return error instanceof DomainError && /invalid-request|payload-too-large/.test(error.code);
    }
  };

  it('that is none is refused, whatever it is, and never breaks anything', () => {
    const valid = Buffer.from(protobufOf('traces', traces));
    const damaged = fc.tuple(fc.nat(valid.length - 1), fc.nat(255), fc.nat(valid.length)).map(([at, byte, length]) => {
      const bytes = Buffer.from(valid);
      bytes[at] = byte;
      return bytes.subarray(0, length);
    });
    fc.assert(
      fc.property(
        fc.constantFrom('traces', 'metrics', 'logs'),
        fc.oneof(fc.uint8Array({ maxLength: 300 }), damaged),
        (signal, bytes) => {
          expect(isRefusal(() => decodeOtlp(signal, { bytes, contentType: protobuf }))).toBe(true);
          expect(isRefusal(() => decodeOtlp(signal, { bytes, contentType: 'application/json' }))).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
    const names = fc.constantFrom(
      'resourceSpans',
      'scopeSpans',
      'spans',
      'attributes',
      'resource',
      'value',
      'kind',
      'spanId',
      '__proto__',
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        fc.string(),
        fc.integer(),
        fc.constant(null),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(names, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(isRefusal(() => decodeOtlp('traces', json(value)))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('is refused where it nests without end, or holds more than there is memory for', () => {
    const nested = Buffer.from(`${'{"resourceSpans":['.repeat(50_000)}${']}'.repeat(50_000)}`);
    expect(isRefusal(() => decodeOtlp('traces', { bytes: nested, contentType: 'application/json' }))).toBe(true);
    const groups = new Uint8Array(100_000).fill((30 << 3) | 3);
    expect(() => decodeOtlp('traces', { bytes: groups, contentType: protobuf })).toThrow(/no protobuf message/);
    const empty = Buffer.from('[10,0]'.length > 0 ? Array.from({ length: 1_100_000 }, () => [10, 0]).flat() : []);
    expect(() => decodeOtlp('traces', { bytes: empty, contentType: protobuf })).toThrow(/more than 1000000 values/);
    const many = Buffer.from(`{"resourceSpans":[${'{},'.repeat(300_001)}{}]}`);
    expect(() => decodeOtlp('traces', { bytes: many, contentType: 'application/json' })).toThrow(
      /more than 300000 objects/,
    );
  });
});

describe('an answer', () => {
  it('tells in the encoding of the request what was not kept', () => {
    const rejected = { count: 3, message: 'too late' };
    expect(Buffer.from(exportAnswer('traces', rejected, 'application/json').body).toString()).toBe(
      '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too late"}}',
    );
    expect(fromProtobuf('Response', exportAnswer('metrics', rejected, protobuf).body)).toEqual({
      partialSuccess: { rejected: 3, errorMessage: 'too late' },
    });
    const nothing = { count: 0, message: '' };
    expect(Buffer.from(exportAnswer('logs', nothing, 'application/json').body).toString()).toBe('{}');
    expect(exportAnswer('metrics', nothing, protobuf).body).toHaveLength(0);
    expect(fromProtobuf('RpcStatus', statusAnswer(14, 'später', protobuf).body)).toEqual({
      code: 14,
      message: 'später',
    });
  });
});
