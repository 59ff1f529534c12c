import { useState } from 'preact/hooks';
import type { DeadLetter } from '../../contracts/dead-letters.ts';
import { formats } from '../../pages/units.ts';
import { usePolled } from '../api/use-polled.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { Empty } from '../components/empty.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Page } from '../components/page.tsx';
import { useToast } from '../components/toast.tsx';
import { useApi } from '../session/session.tsx';
import { DeadLettersTable } from './dead-letters-table.tsx';
import { handledInWords } from './handled-words.ts';
import { TasksTabs } from './tasks-tabs.tsx';

type Queue = DeadLetter['queue'];

interface Chosen {
  what: 'redrive' | 'discard';
  queue: Queue;
  /** Undefined: all that there are. */
  messageIds: string[] | undefined;
}

export default function DeadLettersPage() {
  const api = useApi();
  const tell = useToast();
  const letters = usePolled((signal) => api.call('listDeadLetters', { query: { limit: 100 }, signal }), []);
  const [chosen, setChosen] = useState<Chosen>();
  return (
    <Page title="Dead letters" lead="Messages that could not be handled, however often it was tried">
      <TasksTabs />
      <Loaded of={letters}>
        {({ items, counts }) => {
          const queues = [...new Set(items.map(({ queue }) => queue))].sort();
          if (queues.length === 0) {
            return (
              <Card title="All queues">
                <Empty title="There are none">Every message was handled.</Empty>
              </Card>
            );
          }
          return (
            <div class="cards">
              {queues.map((queue) => (
                <Card
                  key={queue}
                  title={`${queue}: about ${formats.count(counts[queue] ?? 0)}`}
                  actions={
                    <Button onClick={() => setChosen({ what: 'redrive', queue, messageIds: undefined })}>
                      Deliver all again
                    </Button>
                  }
                >
                  <DeadLettersTable
                    queue={queue}
                    letters={items.filter((letter) => letter.queue === queue)}
                    onRedrive={({ messageId }) => setChosen({ what: 'redrive', queue, messageIds: [messageId] })}
                    onDiscard={({ messageId }) => setChosen({ what: 'discard', queue, messageIds: [messageId] })}
                  />
                </Card>
              ))}
            </div>
          );
        }}
      </Loaded>
      <ConfirmDialog
        title={chosen?.what === 'discard' ? 'Discard the message?' : 'Deliver again?'}
        action={chosen?.what === 'discard' ? 'Discard it' : 'Deliver again'}
        isDangerous={chosen?.what === 'discard'}
        isOpen={chosen !== undefined}
        onClose={() => setChosen(undefined)}
        onConfirm={async () => {
          if (chosen === undefined) return;
          const { queue, messageIds } = chosen;
          const handled =
            chosen.what === 'discard'
              ? await api.call('discardDeadLetters', { body: { queue, messageIds: messageIds ?? [] } })
              : await api.call('redriveDeadLetters', { body: { queue, messageIds } });
          tell(...handledInWords(chosen.what, handled));
          letters.reload();
        }}
      >
        <p>
          {chosen?.what === 'discard'
            ? 'It cannot be brought back.'
            : `What is sent to ${chosen?.queue} again is handled as if it had come just now. What made it fail should be mended first.`}
        </p>
      </ConfirmDialog>
    </Page>
  );
}
