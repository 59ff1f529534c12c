import type { IncomingMessage } from 'node:http';

/** Reads a request's body; undefined as soon as it is known to be longer than `limit` bytes. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    // What comes beyond the limit is read and dropped: a client that cannot send does not read the answer.
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limit) chunks.push(chunk);
      else resolve(undefined);
    });
    if (Number(request.headers['content-length'] ?? 0) > limit) resolve(undefined);
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => reject(new Error('The client left')));
  });
}
