import { Button } from './button.tsx';
import { useToast } from './toast.tsx';

/** A text to be taken elsewhere. */
export function CopyText({ label, text }: { label: string; text: string }) {
  const tell = useToast();
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => tell('Copied.'),
      () => tell('The browser does not let it be copied: select it by hand.', 'doubtful'),
    );
  };
  return (
    <div class="copy-text">
      <span class="unseen">{label}</span>
      <code>{text}</code>
      <Button icon="copy" onClick={copy}>
        Copy
      </Button>
    </div>
  );
}
