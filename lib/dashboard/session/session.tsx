import { type ComponentChildren, createContext } from 'preact';
import { useCallback, useContext, useEffect, useMemo, useState } from 'preact/hooks';
import type { CallerInfo } from '../../contracts/access.ts';
import type { Operation } from '../../contracts/routes.ts';
import { type Api, createApi } from '../api/api.ts';
import { calledRoutes, scopeOrder } from '../api/routes.evaluated.ts';
import { forgetToken, storedToken, storeToken } from './token-store.ts';

export interface Session {
  api: Api;
  isSignedIn: boolean;
  /** Who is signed in; undefined until it is known. */
  caller: CallerInfo | undefined;
  /** The token that was there is known no more. */
  isExpired: boolean;
  signIn: (token: string, options: { onDevice: boolean }) => void;
  signOut: () => void;
}

const SessionContext = createContext<Session | undefined>(undefined);

export function SessionProvider({ children }: { children: ComponentChildren }) {
  const [state, setState] = useState({ token: storedToken(), isExpired: false });
  const [caller, setCaller] = useState<CallerInfo>();
  const { token, isExpired } = state;

  const api = useMemo(
    () =>
      createApi({
        token: () => token,
        onUnauthenticated: () => {
          forgetToken();
          setState({ token: undefined, isExpired: true });
        },
      }),
    [token],
  );
  useEffect(() => {
    setCaller(undefined);
    if (token === undefined) return;
    const stop = new AbortController();
    // Without it everything is offered, and the API refuses what is not allowed.
    api.call('getCaller', { signal: stop.signal }).then(setCaller, () => {});
    return () => stop.abort();
  }, [token, api]);

  const signIn = useCallback<Session['signIn']>((given, options) => {
    storeToken(given, options);
    setState({ token: given, isExpired: false });
  }, []);
  const signOut = useCallback(() => {
    forgetToken();
    setState({ token: undefined, isExpired: false });
  }, []);

  const session = { api, isSignedIn: token !== undefined, caller, isExpired, signIn, signOut };
  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('There is a session below SessionProvider only.');
  return session;
}

export const useApi = (): Api => useSession().api;

/** Whether who is signed in may do what an operation does; `reason` says why not, for the title of what is disabled. */
export function useAllowed(operation: Operation): { isAllowed: boolean; reason: string | undefined } {
  const { caller } = useSession();
  const { scope } = calledRoutes[operation];
  const isAllowed =
    scope === 'public' || caller === undefined || scopeOrder.indexOf(caller.scope) <= scopeOrder.indexOf(scope);
  return { isAllowed, reason: isAllowed ? undefined : `This needs the scope ${scope}; yours is ${caller?.scope}.` };
}
