import { describe, expect, it } from 'vitest';
import { parseRequest } from '../../../../lib/load/engine/request-message.ts';

describe('parseRequest', () => {
  it('takes a request apart, and leaves out what belongs to a connection of HTTP/1.1', () => {
    const head = 'PUT /a%20b?c=d HTTP/1.1\r\nhost: x\r\nX-A:  1: 2\r\nContent-Length: 4\r\nx-a: 3';
    expect(parseRequest(`${head}\r\n\r\n\xc3\xbc\r\n`)).toEqual({
      method: 'PUT',
      path: '/a%20b?c=d',
      headers: ['x-a', '1: 2', 'x-a', '3'],
      body: Buffer.from('ü\r\n'),
    });
  });

  it('tells no body from one', () => {
    expect(parseRequest('GET / HTTP/1.1\r\nhost: x\r\n\r\n')).toEqual({
      method: 'GET',
      path: '/',
      headers: [],
      body: undefined,
    });
  });
});
