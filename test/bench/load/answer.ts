/** What the target answers to everything: a small thing as APIs have them. */
export const BODY = JSON.stringify({
  id: 17,
  name: 'A thing that is sold',
  price: 1299,
  currency: 'EUR',
  tags: ['a', 'b'],
});

const date = new Date(0).toUTCString();

export const ANSWER = [
  'HTTP/1.1 200 OK',
  'Server: target',
  `Date: ${date}`,
  'Content-Type: application/json',
  `Content-Length: ${BODY.length}`,
  'Connection: keep-alive',
  '',
  BODY,
].join('\r\n');
