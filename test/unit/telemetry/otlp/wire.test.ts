import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { listOf } from '../../../../lib/contracts/otlp.ts';
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
    for (const object of ['{}', '[]']) {
      const many = Buffer.from(`{"resourceSpans":[${`${object},`.repeat(400_001)}{}]}`);
      expect(() => decodeOtlp('traces', { bytes: many, contentType: 'application/json' })).toThrow(
        /more than 400000 objects/,
      );
    }
    expect(() => decodeOtlp('traces', { bytes: emptySpans(400_001), contentType: protobuf })).toThrow(
      /more than 400000 messages/,
    );
  });

  /** Of one resource and one scope; each span takes two bytes. */
  function emptySpans(count: number): Uint8Array {
    const scope = Buffer.alloc(2 * count, Buffer.from([18, 0]));
    const sized = (field: number, content: Uint8Array): Uint8Array => {
      const length: number[] = [];
      let left = content.length;
      for (; left > 127; left = Math.floor(left / 128)) length.push((left % 128) + 128);
      return Buffer.concat([Buffer.from([field, ...length, left]), content]);
    };
    return sized(10, sized(18, scope));
  }

  it('is refused where it tells of more than can be taken at once, in either encoding', () => {
    const spansIn = (bytes: Uint8Array, contentType: string) =>
      decodeOtlp('traces', { bytes, contentType }).resourceSpans[0]?.scopeSpans[0]?.spans.length;
    const inJson = (count: number) =>
      Buffer.from(`{"resourceSpans":[{"scopeSpans":[{"spans":[${Array(count).fill('{}').join()}]}]}]}`);
    expect(spansIn(emptySpans(20_000), protobuf)).toBe(20_000);
    expect(spansIn(inJson(20_000), 'application/json')).toBe(20_000);
    expect(() => spansIn(emptySpans(20_001), protobuf)).toThrow(/more than 20000 spans/);
    expect(() => spansIn(inJson(20_001), 'application/json')).toThrow(/more than 20000 spans/);
    // However they are divided.
    const points = Array(101).fill({
      gauge: { dataPoints: Array(100).fill({}) },
      sum: { dataPoints: Array(100).fill({}) },
    });
    expect(() => decodeOtlp('metrics', json(metricsOf(points)))).toThrow(/more than 20000 dataPoints/);
    const resources = { resourceSpans: Array(20_001).fill({}) };
    expect(() => decodeOtlp('traces', json(resources))).toThrow(/more than 20000 resourceSpans/);
  });

  it('is read no further than its first fault', () => {
    const wrong = Array(100_000).fill('');
    for (const point of [
      { bucketCounts: wrong },
      { attributes: wrong },
      { attributes: wrong.map(() => ({ key: 1 })) },
    ]) {
      const histogram = { dataPoints: [{}, point] };
      expect(() => decodeOtlp('metrics', json(metricsOf([{ name: 'a', histogram }])))).toThrow(
        /^This is not OTLP: body\.resourceMetrics\.0\.scopeMetrics\.0\.metrics\.0\.histogram\.dataPoints\.1\.\w+\.0/,
      );
    }
    let read = 0;
    const never = z.custom(() => ++read === 0);
    expect(listOf(listOf(never)).safeParse([[1, 2, 3], [4]]).error?.issues).toMatchObject([{ path: [0, 0] }]);
    expect(read).toBe(1);
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
