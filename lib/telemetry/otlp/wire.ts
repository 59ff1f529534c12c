import { z } from 'zod';
import { listOf, type OtlpContentType, otlpMetrics, otlpTraces } from '../../contracts/otlp.ts';
import type { BytesBody } from '../../contracts/route.ts';
import { DomainError } from '../../platform/errors.ts';
import { fieldErrorsOf } from '../../platform/fields.ts';
import { limitItems, maxObjects } from './body-limits.ts';
import { requestMessages, type Signal } from './messages.ts';
import { decodeMessage, encodeNested, encodePair } from './protobuf.ts';

/** What is counted, and nothing more. */
const otlpLogs = z.object({
  resourceLogs: listOf(z.object({ scopeLogs: listOf(z.object({ logRecords: listOf(z.unknown()) })) })),
});

const schemas = { traces: otlpTraces, metrics: otlpMetrics, logs: otlpLogs } as const;
export type Decoded<Of extends Signal> = z.output<(typeof schemas)[Of]>;

const openingBrace = 0x7b;
const openingBracket = 0x5b;

export const isProtobuf = (contentType: string | undefined): boolean => contentType === 'application/x-protobuf';

/** @throws DomainError invalid-request, payload-too-large */
export function decodeOtlp<Of extends Signal>(signal: Of, { bytes, contentType }: BytesBody): Decoded<Of> {
  const request = isProtobuf(contentType) ? fromProtobuf(signal, bytes) : fromJson(bytes);
  limitItems(request, requestMessages[signal]);
  const parsed = schemas[signal].safeParse(request);
  if (!parsed.success) {
    const [first] = fieldErrorsOf(parsed.error, 'body');
    throw new DomainError('invalid-request', `This is not OTLP: ${first?.path} ${first?.message}.`);
  }
  return parsed.data as Decoded<Of>;
}

function fromProtobuf(signal: Signal, bytes: Uint8Array): unknown {
  try {
    return decodeMessage(bytes, requestMessages[signal]);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it cannot be read';
    throw new DomainError('invalid-request', `This is no protobuf message of OTLP: ${why}.`, { cause });
  }
}

function fromJson(bytes: Uint8Array): unknown {
  let objects = 0;
  for (const byte of bytes) if (byte === openingBrace || byte === openingBracket) objects++;
  if (objects > maxObjects) {
    throw new DomainError(
      'payload-too-large',
      `The body holds more than ${maxObjects} objects and lists: send smaller batches.`,
    );
  }
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  } catch (cause) {
    throw new DomainError('invalid-request', 'The body is not valid JSON.', { cause });
  }
}

/** What was sent and is not kept, and why. */
export interface Rejected {
  count: number;
  /** Also without a count: what the sender should know. */
  message: string;
}

const rejectedNames: Record<Signal, string> = {
  traces: 'rejectedSpans',
  metrics: 'rejectedDataPoints',
  logs: 'rejectedLogRecords',
};

export interface OtlpAnswer {
  contentType: OtlpContentType;
  body: Uint8Array;
}

const json = (value: unknown): OtlpAnswer => ({
  contentType: 'application/json',
  body: Buffer.from(JSON.stringify(value)),
});
const protobuf = (body: Uint8Array): OtlpAnswer => ({ contentType: 'application/x-protobuf', body });

/** `ExportTraceServiceResponse` and its like, in the encoding of the request. */
export function exportAnswer(
  signal: Signal,
  { count, message }: Rejected,
  contentType: string | undefined,
): OtlpAnswer {
  const isPartial = count > 0 || message !== '';
  if (isProtobuf(contentType)) {
    return protobuf(isPartial ? encodeNested(encodePair(count, message)) : new Uint8Array());
  }
  const partialSuccess = { [rejectedNames[signal]]: String(count), errorMessage: message };
  return json(isPartial ? { partialSuccess } : {});
}

/** `google.rpc.Status`, in the encoding of the request. */
export const statusAnswer = (code: number, message: string, contentType: string | undefined): OtlpAnswer =>
  isProtobuf(contentType) ? protobuf(encodePair(code, message)) : json({ code, message });
