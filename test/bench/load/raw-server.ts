import net from 'node:net';
import tls from 'node:tls';
import { ANSWER } from './answer.ts';

const BLANK_LINE = '\r\n\r\n';

interface Setup {
  key?: string;
  cert?: string;
}

/** In the child: answers every request with the same bytes, knowing of HTTP no more than the blank line and the length of a body. */
export default async function work({ key, cert }: Setup) {
  const answerEach = (socket: net.Socket): void => {
    let received = '';
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      let answers = '';
      for (;;) {
        const head = received.indexOf(BLANK_LINE);
        if (head < 0) break;
        const length = Number(/content-length: *(\d+)/i.exec(received.slice(0, head))?.[1] ?? 0);
        const end = head + BLANK_LINE.length + length;
        if (received.length < end) break;
        received = received.slice(end);
        answers += ANSWER;
      }
      if (answers !== '') socket.write(answers, 'latin1');
    });
  };
  const server =
    key === undefined || cert === undefined
      ? net.createServer(answerEach)
      : tls.createServer({ key, cert }, answerEach);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4_096, resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return () => ({ port, pid: process.pid });
}
