import { BSON } from 'mongodb';

/** The messages of MongoDB's wire protocol, as far as the driver sends them without TLS, compression and checksums. */
const opReply = 1;
const opQuery = 2004;
const opMessage = 2013;
const headerBytes = 16;

export type Document = Record<string, unknown>;

export interface Request {
  readonly id: number;
  readonly opCode: number;
  readonly command: Document;
}

const documentAt = (bytes: Buffer, at: number): [document: Document, end: number] => {
  const end = at + bytes.readInt32LE(at);
  return [BSON.deserialize(bytes.subarray(at, end)), end];
};

const textAt = (bytes: Buffer, at: number): [text: string, end: number] => {
  const end = bytes.indexOf(0, at);
  return [bytes.toString('utf8', at, end), end + 1];
};

/** A body, and lists of documents that belong into it by name. */
function commandOf(body: Buffer): Document {
  const command: Document = {};
  for (let at = 4; at < body.length; ) {
    const kind = body[at++];
    if (kind === 0) {
      const [document, end] = documentAt(body, at);
      Object.assign(command, document);
      at = end;
      continue;
    }
    const sectionEnd = at + body.readInt32LE(at);
    const [name, first] = textAt(body, at + 4);
    const list: Document[] = [];
    for (at = first; at < sectionEnd; ) {
      const [document, end] = documentAt(body, at);
      list.push(document);
      at = end;
    }
    command[name] = list;
  }
  return command;
}

function requestOf(message: Buffer): Request {
  const id = message.readInt32LE(4);
  const opCode = message.readInt32LE(12);
  const body = message.subarray(headerBytes);
  if (opCode === opMessage) return { id, opCode, command: commandOf(body) };
  if (opCode !== opQuery) throw new Error(`no such operation: ${opCode}`);
  const [, afterName] = textAt(body, 4);
  // How many to skip, and to return.
  return { id, opCode, command: documentAt(body, afterName + 8)[0] };
}

/** The whole messages at the start of what was received, and what is left. */
export function takeRequests(received: Buffer): [requests: Request[], rest: Buffer] {
  const requests: Request[] = [];
  let rest = received;
  while (rest.length >= headerBytes && rest.length >= rest.readInt32LE(0)) {
    const length = rest.readInt32LE(0);
    requests.push(requestOf(rest.subarray(0, length)));
    rest = rest.subarray(length);
  }
  return [requests, rest];
}

/** An answer in the form of the question: the first of a connection is asked in the old one. */
export function replyTo({ id, opCode }: Request, answer: Document): Buffer {
  const document = Buffer.from(BSON.serialize(answer));
  const isMessage = opCode === opMessage;
  const body = Buffer.alloc(isMessage ? 5 : 20);
  if (!isMessage) body.writeInt32LE(1, 16);
  const header = Buffer.alloc(headerBytes);
  header.writeInt32LE(headerBytes + body.length + document.length, 0);
  header.writeInt32LE(id, 8);
  header.writeInt32LE(isMessage ? opMessage : opReply, 12);
  return Buffer.concat([header, body, document]);
}
