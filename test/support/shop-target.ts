import http from 'node:http';
import { type Listening, listening } from './listening.ts';

export type ShopRequest = {
  method: string;
  path: string;
  headers: http.IncomingHttpHeaders;
  body: string;
  user: string;
};

/** A load-test target with sessions, which keeps what it was asked. */
export type ShopTarget = Listening & { requests: ShopRequest[]; at(path: RegExp): ShopRequest[] };

type Answer = { status?: number; headers?: Record<string, string | string[]>; json?: unknown };

/** The session's user stands in its token, so that a test can tell whose it was. */
const userOf = ({ headers }: http.IncomingMessage): string =>
  /token-([^;, ]*)/.exec(`${headers.authorization} ${headers.cookie}`)?.[1] ?? '';

/**
 * `POST /login` gives the user of its JSON body a token, in the body, a header and a cookie, and refuses `nobody`; `GET /me`
 * wants a session; `POST /cart` makes a cart, `GET /cart/N` shows it; `/hop/STATUS/N` redirects N times, to `/landed` at last;
 * `/away?to=URL` redirects there; the rest is a 200 that tells what was sent.
 */
export async function startShopTarget(): Promise<ShopTarget> {
  const requests: ShopRequest[] = [];
  let carts = 0;
  const answer = ({ method, path, headers, body, user }: ShopRequest): Answer => {
    const url = new URL(path, 'http://shop');
    const [, place = '', status = '', left = ''] = url.pathname.split('/');
    if (place === 'login') {
      const { name } = JSON.parse(body) as { name: string };
      if (name === 'nobody') return { status: 401 };
      const token = `token-${name}`;
      return {
        headers: { 'set-cookie': ['theme=dark', `sid=${token}; Path=/; HttpOnly`], 'x-token': token },
        json: { token },
      };
    }
    if (place === 'me') return { status: user === '' ? 401 : 200, json: { user } };
    if (place === 'cart' && method === 'POST') return { status: 201, json: { cart: { id: ++carts }, user } };
    if (place === 'hop') {
      const next = left === '0' ? '/landed' : `/hop/${status}/${Number(left) - 1}`;
      return { status: Number(status), headers: { location: next, 'set-cookie': `hop${left}=1` } };
    }
    if (place === 'away') return { status: 302, headers: { location: url.searchParams.get('to') ?? '' } };
    return { json: { method, path, headers, body } };
  };
  const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const asked = { method, path: url, headers, body: Buffer.concat(pieces).toString(), user: userOf(request) };
      requests.push(asked);
      const { status = 200, headers: given = {}, json } = answer(asked);
      response.writeHead(status, { 'content-type': 'application/json', ...given });
      response.end(json === undefined ? '' : JSON.stringify(json));
    });
  });
  return {
    ...(await listening(server)),
    requests,
    at: (path) => requests.filter((request) => path.test(request.path)),
  };
}
