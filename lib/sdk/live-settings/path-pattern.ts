const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What a segment of a route may stand for. What frameworks write in other ways than `:id` and `{id}` may be anything. */
function segmentPattern(segment: string): string {
  if (/^:\w+$/.test(segment) || /^\{\w+\}$/.test(segment)) return '[^/]+';
  return /[:*?+(){}[\]]/.test(segment) ? '.*' : escaped(segment);
}

/** The paths that a route (`/products/:id`) can match, and some more: a first, quick question. Case and a last slash make no difference. */
export const pathPattern = (route: string): RegExp => {
  const path = route.replace(/\/+$/, '').split('/').map(segmentPattern).join('/');
  return new RegExp(`^${path}/?$`, 'i');
};
