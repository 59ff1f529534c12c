import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Page } from '../../contracts/page.ts';

/** A list that is fetched page by page, as far as the reader wanted it. */
export interface Pages<Item> {
  /** Undefined until the first page is there. */
  items: Item[] | undefined;
  error: Error | undefined;
  isLoading: boolean;
  hasMore: boolean;
  more: () => void;
  /** From the first page again; what is there stays until then. */
  reload: () => void;
}

interface State<Item> {
  items: Item[] | undefined;
  nextCursor: string | undefined;
  error: Error | undefined;
  isLoading: boolean;
}
const nothing: State<never> = { items: undefined, nextCursor: undefined, error: undefined, isLoading: true };

/** @param key what `load` depends on: as soon as it changes, the list begins anew */
export function usePages<Item>(
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<Item>>,
  key: readonly unknown[],
): Pages<Item> {
  const [state, setState] = useState<State<Item>>(nothing);
  const latest = useRef(load);
  latest.current = load;
  const underWay = useRef<AbortController>(undefined);

  const fetchPage = useCallback(async (before: Item[], cursor: string | undefined): Promise<void> => {
    underWay.current?.abort();
    const stop = new AbortController();
    underWay.current = stop;
    const { signal } = stop;
    setState((state) => ({ ...state, isLoading: true, error: undefined }));
    try {
      const { items, nextCursor } = await latest.current(cursor, signal);
      if (!signal.aborted) setState({ items: [...before, ...items], nextCursor, error: undefined, isLoading: false });
    } catch (error) {
      if (!signal.aborted) setState((state) => ({ ...state, error: error as Error, isLoading: false }));
    }
  }, []);

  const of = JSON.stringify(key);
  useEffect(() => {
    setState(nothing);
    void fetchPage([], undefined);
    return () => underWay.current?.abort();
  }, [of, fetchPage]);

  const { items, nextCursor, error, isLoading } = state;
  return {
    items,
    error,
    isLoading,
    hasMore: nextCursor !== undefined,
    more: () => void fetchPage(items ?? [], nextCursor),
    reload: () => void fetchPage([], undefined),
  };
}
