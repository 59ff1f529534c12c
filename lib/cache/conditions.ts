/** RFC 9110, 13.1: what `If-Match` and `If-None-Match` name. `*` is any. */
type Named = '*' | readonly { tag: string; isWeak: boolean }[];

function read(header: string): Named {
  if (header.trim() === '*') return '*';
  return Array.from(header.matchAll(/(W\/)?"([^"]*)"/g), ([, weak, tag = '']) => ({ tag, isWeak: weak !== undefined }));
}

/** Weak comparison: whether `If-None-Match` names the ETag, given without its quotes. */
export function isNamed(ifNoneMatch: string, etag: string): boolean {
  const named = read(ifNoneMatch);
  return named === '*' || named.some(({ tag }) => tag === etag);
}

/** Strong comparison: the ETags of `If-Match` that can match at all. */
export function strongTags(ifMatch: string): '*' | string[] {
  const named = read(ifMatch);
  return named === '*' ? named : named.filter(({ isWeak }) => !isWeak).map(({ tag }) => tag);
}
