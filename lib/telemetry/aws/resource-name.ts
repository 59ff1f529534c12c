/**
 * The name by which CloudWatch knows a resource, of what a project may call it by: the name itself, an ARN, or a queue's URL.
 * Of a function's ARN the version or alias is left out: the figures are those of the function.
 */
export function resourceName(text: string): string {
  if (/^https?:\/\//i.test(text)) return lastSegment(text);
  if (!text.startsWith('arn:')) return text;
  const [kind = '', ...rest] = text.split(':').slice(5);
  if (kind === 'function') return rest[0] ?? text;
  // `table/orders/index/by-date`, `/apis/a1b2c3d4e5`, `orders`, `serverlesscache:shop`
  if (kind.startsWith('table/')) return kind.split('/')[1] ?? text;
  return (rest.at(-1) ?? lastSegment(kind)) || text;
}

const lastSegment = (text: string): string => text.replace(/\/+$/, '').split('/').at(-1) || text;
