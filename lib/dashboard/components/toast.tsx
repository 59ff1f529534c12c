import { type ComponentChildren, createContext } from 'preact';
import { useCallback, useContext, useRef, useState } from 'preact/hooks';
import type { Tone } from './badge.tsx';

interface Toast {
  id: number;
  text: string;
  tone: Tone;
}
type Tell = (text: string, tone?: Tone) => void;

const shownMs = 6_000;
const ToastContext = createContext<Tell>(() => {});

/** Says in passing that something was done: what must be read stands in the page. */
export const useToast = (): Tell => useContext(ToastContext);

export function Toasts({ children }: { children: ComponentChildren }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const last = useRef(0);
  const tell = useCallback<Tell>((text, tone = 'good') => {
    last.current += 1;
    const id = last.current;
    setToasts((before) => [...before, { id, text, tone }]);
    setTimeout(() => setToasts((before) => before.filter((toast) => toast.id !== id)), shownMs);
  }, []);
  return (
    <ToastContext.Provider value={tell}>
      {children}
      <div class="toasts" role="status" aria-live="polite">
        {toasts.map(({ id, text, tone }) => (
          <p key={id} class={tone}>
            {text}
          </p>
        ))}
      </div>
    </ToastContext.Provider>
  );
}
