/** As far as it is needed of what Lambda gives to handlers that stream their answers. */
interface HttpResponseStream {
  from(stream: object, metadata: unknown): object;
}

const statuses = new WeakMap<object, number>();

/** Notes the status that a handler gives to its stream. To be called once; where nothing can be streamed, it does nothing. */
export function watchStreamedStatuses(global: object = globalThis): void {
  const awslambda: unknown = Reflect.get(global, 'awslambda');
  if (typeof awslambda !== 'object' || awslambda === null || !('HttpResponseStream' in awslambda)) return;
  const streams = awslambda.HttpResponseStream as HttpResponseStream;
  const { from } = streams;
  if (typeof from !== 'function') return;
  streams.from = function (this: unknown, stream, metadata): object {
    const status: unknown = typeof metadata === 'object' && metadata && Reflect.get(metadata, 'statusCode');
    if (typeof status === 'number') statuses.set(stream, status);
    return Reflect.apply(from, this, [stream, metadata]);
  };
}

/** Undefined where it was not said, which makes it 200. */
export const streamedStatus = (stream: unknown): number | undefined =>
  typeof stream === 'object' && stream !== null ? statuses.get(stream) : undefined;
