const SECRET_WORDS = new Set(
  'auth authorization authorisation bearer cookie credential credentials csrf cvc cvv jwt otp passphrase passwd password pin pwd secret session sessionid sid sig signature token xsrf apikey accesskey privatekey'.split(
    ' ',
  ),
);
const SECRET_PAIRS = /\b(?:api|access|private|session) (?:key|id)\b/;
/** Where a list goes on. */
const PAGE_TOKEN = /\b(?:page|next|continuation|sync) token\b/;

/**
 * Whether the value of a header, a parameter or a member of a body with this name lets somebody in: `Authorization`,
 * `access_token`, `apiKey`. Scenarios are stored and shown, so no such value belongs into one.
 */
export function isSecret(name: string): boolean {
  const words = name
    .slice(0, 200)
    .replace(/([a-z])(?=[A-Z])/g, '$1 ')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
  if (PAGE_TOKEN.test(words)) return false;
  return words.split(' ').some((word) => SECRET_WORDS.has(word)) || SECRET_PAIRS.test(words);
}
