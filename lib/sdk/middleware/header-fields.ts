/** Names are in lower case; a name may come more than once, in the order in which the fields were sent. */
export type HeaderFields = readonly (readonly [name: string, value: string])[];

/** All values of a name as one list (RFC 9110, 5.3); undefined where there is none. */
export function fieldOf(fields: HeaderFields, name: string): string | undefined {
  let value: string | undefined;
  for (const [each, text] of fields) if (each === name) value = value === undefined ? text : `${value}, ${text}`;
  return value;
}

const quoted = /"(?:[^"\\]|\\.)*"/y;

/** The members of a list, trimmed; commas within quotes part nothing. Takes time in proportion to the value, whatever it is. */
export function listOf(value: string | undefined): string[] {
  if (value === undefined) return [];
  const members: string[] = [];
  let from = 0;
  let mayBeQuoted = true;
  for (let at = 0; at < value.length; at++) {
    if (value[at] === ',') {
      members.push(value.slice(from, at));
      from = at + 1;
    } else if (value[at] === '"' && mayBeQuoted) {
      quoted.lastIndex = at;
      // When one quote has no end, none behind it has.
      mayBeQuoted = quoted.test(value);
      if (mayBeQuoted) at = quoted.lastIndex - 1;
    }
  }
  members.push(value.slice(from));
  return members.map((member) => member.trim()).filter((member) => member !== '');
}

/** Of one connection, not of the answer (RFC 9110, 7.6.1); and what is made anew for every answer. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authentication-info',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What tells of the one request that an answer was made for, or of its caller, and must not be told to others. */
const ofOneRequest = new Set([
  'age',
  'cache-status',
  'content-length',
  'ratelimit',
  'ratelimit-policy',
  'server-timing',
  'set-cookie',
  'traceparent',
  'traceresponse',
  'tracestate',
  'x-amzn-requestid',
  'x-amzn-trace-id',
  'x-correlation-id',
  'x-request-id',
]);

/** What of an answer's fields is kept with it. */
export function keptFields(fields: HeaderFields): [string, string][] {
  const named = new Set(listOf(fieldOf(fields, 'connection')?.toLowerCase()));
  const isKept = (name: string): boolean =>
    !hopByHop.has(name) && !ofOneRequest.has(name) && !named.has(name) && !/^(x-)?ratelimit-/.test(name);
  return fields.filter(([name]) => isKept(name)).map(([name, value]) => [name, value]);
}
