/** As OpenSSL and Node name it when a certificate cannot be verified. */
const codes = /^connect-(ERR_TLS_CERT|CERT_|UNABLE_TO_|(DEPTH_ZERO_)?SELF_SIGNED)/;

/** Whether connections failed because the target's certificate is not trusted: the target is there, and answers. */
export const isCertificateFault = (kind: string): boolean => codes.test(kind);
