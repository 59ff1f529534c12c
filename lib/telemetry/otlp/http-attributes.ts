import { clusterPath } from '../../contracts/route-pattern.ts';
import { telemetryLimits } from '../../contracts/telemetry-limits.ts';
import { pathOf } from '../records/path.ts';
import { textOf } from '../records/seen-request.ts';
import type { Attributes } from './attributes.ts';

/** Names of the semantic conventions for HTTP, the present ones before those until 1.20. */
export const methodOf = (attributes: Attributes): string | undefined => {
  const method = attributes.text('http.request.method', 'http.method');
  return method === undefined ? undefined : textOf(method, 20, '*');
};

/** 0 where there is none, or none that there can be. */
export function statusOf(attributes: Attributes): number {
  const status = attributes.number('http.response.status_code', 'http.status_code') ?? 0;
  return Number.isInteger(status) && status >= 100 && status <= 999 ? status : 0;
}

/** Without its query string. */
export function urlPathOf(attributes: Attributes): string | undefined {
  const url = attributes.text('url.path', 'http.target', 'url.full', 'http.url');
  return url === undefined ? undefined : pathOf(url);
}

const unknownRoute = '*unknown*';

/** The pattern; where there is none, it is made of the path. @param below what a framework's own span says of it */
export function routeOf(attributes: Attributes, below?: string): string {
  const route = attributes.text('http.route') ?? below;
  const path = route === undefined ? urlPathOf(attributes) : undefined;
  return textOf(route ?? (path === undefined ? unknownRoute : clusterPath(path)), telemetryLimits.route, unknownRoute);
}

const defaultPorts: Record<string, number> = { http: 80, https: 443 };
const maxTargetLength = 300;

/** Whom a client asked: `https://api.example.com`, never with credentials or a path. */
export function targetOf(attributes: Attributes): string {
  const url = attributes.text('url.full', 'http.url');
  if (url !== undefined && URL.canParse(url)) {
    const { origin } = new URL(url);
    if (origin !== 'null') return textOf(origin, maxTargetLength, '*');
  }
  const host = attributes.text('server.address', 'net.peer.name', 'http.host', 'net.peer.ip');
  if (host === undefined) return '*';
  const scheme = attributes.text('url.scheme', 'http.scheme') ?? 'http';
  const port = attributes.number('server.port', 'net.peer.port');
  const isPlain = port === undefined || port === defaultPorts[scheme] || /:\d+$/.test(host);
  return textOf(`${scheme}://${host}${isPlain ? '' : `:${port}`}`, maxTargetLength, '*');
}
