import { useEffect } from 'preact/hooks';
import type { Pages } from './use-pages.ts';

/**
 * Asks for a list again every so often while the page is seen, as long as the reader has not gone beyond its first page: that would
 * be gone.
 * @param isWanted whether anything of it may change
 */
export function useReloads(
  { data, reload }: Pages<unknown>,
  { everyMs, pageItems, isWanted }: { everyMs: number; pageItems: number; isWanted: boolean },
): void {
  const isFirst = data === undefined || data.length <= pageItems;
  const isOn = isWanted && isFirst;
  // `reload` is another in each render, and does the same.
  useEffect(() => {
    if (!isOn) return;
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, everyMs);
    return () => clearInterval(timer);
  }, [isOn, everyMs]);
}
