import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';

const name = 'headroom-project';

/** The project that the address names, else the one that was looked at last in this tab. */
export function useProjectOfPath(): string | undefined {
  const { path } = useLocation();
  const named = /^\/dashboard\/projects\/([^/]+)/.exec(path)?.[1];
  const [last, setLast] = useState(() => sessionStorage.getItem(name) ?? undefined);
  useEffect(() => {
    if (named === undefined) return;
    sessionStorage.setItem(name, named);
    setLast(named);
  }, [named]);
  return named ?? last;
}
