const name = 'headroom-token';

/** Of this tab first: somebody may be signed in with another key in each. */
export const storedToken = (): string | undefined =>
  sessionStorage.getItem(name) ?? localStorage.getItem(name) ?? undefined;

/** @param onDevice until signed out, in every tab; else until this tab is closed */
export function storeToken(token: string, { onDevice }: { onDevice: boolean }): void {
  forgetToken();
  (onDevice ? localStorage : sessionStorage).setItem(name, token);
}

export function forgetToken(): void {
  sessionStorage.removeItem(name);
  localStorage.removeItem(name);
}

/**
 * Takes a key that came with the address as `#key=...`, which no server hears of, and removes it from there, so that it stays in no
 * history.
 */
export function takeTokenOfAddress(): void {
  const token = new URLSearchParams(location.hash.slice(1)).get('key');
  if (token === null) return;
  history.replaceState(history.state, '', location.pathname + location.search);
  storeToken(token, { onDevice: false });
}
