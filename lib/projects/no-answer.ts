/** By the codes that Node gives what goes wrong on the way to a service. */
const reasons: readonly { codes: RegExp; reason: string }[] = [
  { codes: /^ECONNREFUSED$/, reason: 'the connection was refused' },
  { codes: /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, reason: 'the connection was broken off' },
  { codes: /^(ETIMEDOUT|ETIMEOUT|ESOCKETTIMEDOUT|ERR_SOCKET_CONNECTION_TIMEOUT)$/, reason: 'it took too long' },
  { codes: /^(ENOTFOUND|ENODATA)$/, reason: 'the name has no address' },
  { codes: /^(EAI_AGAIN|ESERVFAIL|EREFUSED)$/, reason: 'the name could not be looked up' },
  { codes: /^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, reason: 'there is no way to its address' },
  { codes: /^HPE_|^ERR_HTTP2/, reason: 'it does not speak HTTP' },
  { codes: /CERT|SELF_SIGNED|ISSUER|LEAF_SIGNATURE/, reason: 'its certificate is not one to trust' },
  { codes: /^(ERR_SSL|EPROTO)/, reason: 'no TLS came about' },
];

/** There was no whole answer within the time that was given for it. */
export class NoEndInTime extends Error {
  constructor(timeoutMs: number) {
    super(`no end after ${timeoutMs / 1000} s`);
    this.name = 'NoEndInTime';
  }
}

/**
 * Why there was no answer, in one clause for people. What Node or a resolver wrote is never told: it holds addresses, which may be
 * secrets or private.
 */
export function whyNoAnswer(error: unknown): string {
  if (error instanceof NoEndInTime) return error.message;
  // Several addresses were tried: the first stands for all.
  if (error instanceof AggregateError && error.errors.length > 0) return whyNoAnswer(error.errors[0]);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons.find(({ codes }) => codes.test(code))?.reason ?? 'it could not be asked';
}
