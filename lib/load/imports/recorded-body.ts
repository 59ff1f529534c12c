import { isManageable, isObject, listOf, textOf } from './json-values.ts';
import { hasTemplate, literalJson } from './literal.ts';
import { bodyOfJson, bodyOfText, type LiteralBody } from './literal-body.ts';
import { isForm, isJson } from './media-types.ts';
import { isSecret } from './secrets.ts';

const maxChars = 100_000;
const redacted = 'REDACTED';

/**
 * The body of a recorded request, with its content type.
 * @param postData of HAR 1.2
 * @param headerType the request's content type, where the body has none of its own
 * @param onSecret called once where something was replaced
 * @returns undefined where it cannot be sent again
 */
export function recordedBody(
  postData: unknown,
  headerType: string | undefined,
  onSecret: () => void,
): LiteralBody | undefined {
  if (!isObject(postData)) return {};
  const type = (textOf(postData.mimeType) || headerType || 'text/plain').slice(0, 500);
  if (!/^[\x20-\x7e]*$/.test(type) || hasTemplate(type)) return undefined;
  const text = textOf(postData.text) ?? '';
  const parameters = listOf(postData.params);
  if (postData.encoding === 'base64' || text.length > maxChars) return undefined;
  if (isForm(type)) return formBody(text, parameters, type, onSecret);
  if (text === '') return parameters.length === 0 ? {} : undefined;
  return isJson(type) ? jsonBody(text, type, onSecret) : bodyOfText(text, type);
}

function formBody(
  text: string,
  parameters: readonly unknown[],
  type: string,
  onSecret: () => void,
): LiteralBody | undefined {
  const form = new URLSearchParams(text);
  if (text === '') {
    for (const parameter of parameters) {
      if (isObject(parameter)) form.append(String(parameter.name), textOf(parameter.value) ?? '');
    }
  }
  const secrets = [...new Set(form.keys())].filter(isSecret);
  for (const name of secrets) form.set(name, redacted);
  if (secrets.length > 0) onSecret();
  // Written anew only where it must be: then it is encoded as the form of a browser is.
  const written = text === '' || secrets.length > 0 || hasTemplate(text) ? form.toString() : text;
  return written.length > maxChars ? undefined : written === '' ? {} : bodyOfText(written, type);
}

function jsonBody(text: string, type: string, onSecret: () => void): LiteralBody | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bodyOfText(text, type);
  }
  if (isManageable(value, maxChars)) {
    let count = 0;
    const clean = withoutSecrets(value, () => count++);
    if (count > 0) onSecret();
    return bodyOfJson(clean, type);
  }
  // Read and written again it would say something else: numbers beyond 2^53, say. Then no secret can be replaced in it.
  return mayHoldSecret(text) ? undefined : bodyOfText(literalJson(text), type);
}

const mayHoldSecret = (text: string): boolean =>
  [...text.matchAll(/"([^"\\]{1,100})"\s*:/g)].some(([, name = '']) => isSecret(name));

function withoutSecrets(value: unknown, onSecret: () => void): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, onSecret));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const isSecretText = (typeof member === 'string' || typeof member === 'number') && isSecret(name);
      if (isSecretText) onSecret();
      return [name, isSecretText ? redacted : withoutSecrets(member, onSecret)];
    }),
  );
}
