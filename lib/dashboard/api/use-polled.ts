import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

/** What was asked for, as far as it is known. The last data stays while newer is fetched, and when that fails. */
export interface Polled<T> {
  data: T | undefined;
  /** Of the last try; undefined once one succeeds. */
  error: Error | undefined;
  /** When `data` came, in ms since 1970. */
  at: number | undefined;
  isLoading: boolean;
  /** Asks again now. */
  reload: () => void;
}

export interface PollOptions<T> {
  /** Default: asked for once. */
  everyMs?: number;
  /** Whether it may still change; default: always. */
  until?: (data: T) => boolean;
}

type State<T> = Omit<Polled<T>, 'reload'>;
const nothing: State<never> = { data: undefined, error: undefined, at: undefined, isLoading: true };

/**
 * Loads something, and again every so often while the page is seen: one request at a time, none while the tab is hidden, one at once
 * when it is shown again. After failures it asks less and less often.
 * @param key what `load` depends on: as soon as it changes, what was loaded for the old one is forgotten
 */
export function usePolled<T>(
  load: (signal: AbortSignal) => Promise<T>,
  key: readonly unknown[],
  { everyMs, until }: PollOptions<T> = {},
): Polled<T> {
  const [state, setState] = useState<State<T> & { of: string }>({ ...nothing, of: '' });
  const latest = useRef({ load, until });
  latest.current = { load, until };
  const again = useRef<() => void>(() => {});
  const of = JSON.stringify(key);

  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let underWay = false;
    let failures = 0;
    let isOver = false;
    setState((before) => (before.of === of ? before : { ...nothing, of }));

    const turn = async (): Promise<void> => {
      clearTimeout(timer);
      if (underWay || signal.aborted) return;
      underWay = true;
      setState((before) => (before.isLoading ? before : { ...before, isLoading: true }));
      try {
        const data = await latest.current.load(signal);
        if (signal.aborted) return;
        failures = 0;
        isOver = latest.current.until?.(data) ?? false;
        setState({ data, error: undefined, at: Date.now(), isLoading: false, of });
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        setState((before) => ({ ...before, error: error as Error, isLoading: false }));
      } finally {
        underWay = false;
        if (everyMs !== undefined && !isOver && !signal.aborted && !document.hidden) {
          timer = setTimeout(turn, everyMs * Math.min(2 ** failures, 8));
        }
      }
    };
    const seen = (): void => {
      if (document.hidden) clearTimeout(timer);
      else if (everyMs !== undefined && !isOver) void turn();
    };
    again.current = () => {
      isOver = false;
      void turn();
    };
    document.addEventListener('visibilitychange', seen);
    void turn();
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [of, everyMs]);

  const reload = useCallback(() => again.current(), []);
  const { of: stateOf, ...current } = state;
  // In the render in which the key changes, the state is still that of the old one.
  return { ...(stateOf === of ? current : (nothing as State<T>)), reload };
}
