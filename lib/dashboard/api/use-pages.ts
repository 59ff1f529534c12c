import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Polled } from './use-polled.ts';

/** A list that is fetched page by page, as far as the reader wanted it. */
export interface Pages<Item> extends Polled<Item[]> {
  hasMore: boolean;
  more: () => void;
  /** From the first page again; what is there stays until then. */
  reload: () => void;
}

interface State<Item> {
  data: Item[] | undefined;
  nextCursor: string | undefined;
  error: Error | undefined;
  at: number | undefined;
  isLoading: boolean;
}
const nothing: State<never> = {
  data: undefined,
  nextCursor: undefined,
  error: undefined,
  at: undefined,
  isLoading: true,
};

/** @param key what `load` depends on: as soon as it changes, the list begins anew */
export function usePages<Item>(
  load: (
    cursor: string | undefined,
    signal: AbortSignal,
  ) => Promise<{ items: Item[]; nextCursor?: string | undefined }>,
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
    setState((state) => ({ ...state, isLoading: true, error: undefined }));
    try {
      const { items, nextCursor } = await latest.current(cursor, stop.signal);
      if (stop.signal.aborted) return;
      setState({ data: [...before, ...items], nextCursor, error: undefined, at: Date.now(), isLoading: false });
    } catch (error) {
      if (!stop.signal.aborted) setState((state) => ({ ...state, error: error as Error, isLoading: false }));
    }
  }, []);

  const of = JSON.stringify(key);
  useEffect(() => {
    setState(nothing);
    void fetchPage([], undefined);
    return () => underWay.current?.abort();
  }, [of, fetchPage]);

  const { nextCursor, ...known } = state;
  return {
    ...known,
    hasMore: nextCursor !== undefined,
    more: () => void fetchPage(state.data ?? [], nextCursor),
    reload: () => void fetchPage([], undefined),
  };
}
