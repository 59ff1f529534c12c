import { useLocation } from 'preact-iso/router';

/**
 * What a list is narrowed down to. It is kept in the address, so that it can be sent to somebody.
 * @param fallback is not written into the address
 */
export function useFilter<Value extends string>(
  name: string,
  options: readonly Value[],
  fallback: Value,
): [Value, (next: Value) => void] {
  const { query, path, route } = useLocation();
  const value = options.find((option) => option === query[name]) ?? fallback;
  const choose = (next: Value): void => {
    const { [name]: _, ...others } = query;
    const parameters = new URLSearchParams(next === fallback ? others : { ...others, [name]: next });
    route(parameters.size === 0 ? path : `${path}?${parameters}`, true);
  };
  return [value, choose];
}
