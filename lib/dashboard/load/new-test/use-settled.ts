import { useEffect, useState } from 'preact/hooks';

/** A value as it was when it last stayed the same for so long: not every key that is pressed is to be asked about. */
export function useSettled<T>(value: T, forMs: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), forMs);
    return () => clearTimeout(timer);
  }, [value, forMs]);
  return settled;
}
