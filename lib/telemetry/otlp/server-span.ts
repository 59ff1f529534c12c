import { spanStatusError } from '../../contracts/otlp.ts';
import { telemetryLimits } from '../../contracts/telemetry-limits.ts';
import { type SeenRequest, textOf } from '../records/seen-request.ts';
import type { CallTree, ReadSpan } from './call-tree.ts';
import { methodOf, routeOf, statusOf, urlPathOf } from './http-attributes.ts';
import { weightOf } from './sampling.ts';

/** What is served otherwise than by HTTP is called by its span's name, which names procedures and queues. */
const otherMethod = 'RPC';

/** The request that a server's span tells of. Its queries are counted by whoever finds them. */
export function requestOf(read: ReadSpan, tree: CallTree): SeenRequest {
  const { span, attributes, startMs, durationUs } = read;
  const name = textOf(span.name, telemetryLimits.route, '(unnamed)');
  const method = methodOf(attributes);
  const route = method === undefined ? name : routeOf(attributes, tree.routeBelow(read));
  const status = statusOf(attributes);
  return {
    startMs,
    durationUs,
    method: method ?? otherMethod,
    route,
    url: urlPathOf(attributes) ?? route,
    status,
    failed: status >= 500 || (status < 400 && span.status?.code === spanStatusError),
    weight: weightOf(span),
    requestBytes: sizeOf(
      attributes.number('http.request.body.size', 'http.request.size', 'http.request_content_length'),
    ),
    responseBytes: sizeOf(
      attributes.number('http.response.body.size', 'http.response.size', 'http.response_content_length'),
    ),
    queries: 0,
    queryTimeUs: 0,
    user: attributes.text('user.id', 'enduser.id'),
    address: attributes.text('client.address', 'http.client_ip', 'net.peer.ip'),
  };
}

const sizeOf = (bytes = 0): number => Math.max(0, Math.min(telemetryLimits.amount, bytes));
