export type RequestMessage = {
  method: string;
  path: string;
  /** Name and value in turn, without those that belong to the connection of HTTP/1.1 (RFC 9113, 8.2.2) and `host`. */
  headers: string[];
  body: Buffer | undefined;
};

const OF_HTTP1 = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive', 'upgrade']);

/**
 * Takes a request apart that was rendered for HTTP/1.1, for protocols that send its parts in other ways.
 * @param request one char per byte, and well-formed: it is our own
 */
export function parseRequest(request: string): RequestMessage {
  const headEnd = request.indexOf('\r\n\r\n');
  const [requestLine = '', ...lines] = request.slice(0, headEnd).split('\r\n');
  const [method = '', path = ''] = requestLine.split(' ', 2);
  const headers: string[] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (!OF_HTTP1.has(name)) headers.push(name, line.slice(colon + 1).trimStart());
  }
  const body = request.length > headEnd + 4 ? Buffer.from(request.slice(headEnd + 4), 'latin1') : undefined;
  return { method, path, headers, body };
}
