import { ObjectiveService } from '../analysis/objectives/service.ts';
import { AnalysisViews } from '../analysis/views/service.ts';
import type { MessageOf } from '../contracts/messages.ts';
import { LoadHistory } from '../load/history-service.ts';
import type { Parts } from '../platform/parts.ts';
import { ProjectService } from '../projects/service.ts';
import { TelemetryHistory } from '../telemetry/history/service.ts';
import { TelemetryService } from '../telemetry/service.ts';
import { Notifier } from './announcing/notifier.ts';
import { AlertService } from './service.ts';
import { SilenceService } from './silences/service.ts';
import { AlertSources } from './sources/service.ts';
import { ThresholdEvaluations } from './thresholds/evaluations.ts';

type Message = MessageOf<'alerts'>;

/** What the function `alert-worker` does with each message. */
export function alertWork(parts: Parts): (message: Message) => Promise<void> {
  const projects = new ProjectService(parts);
  const telemetry = new TelemetryService(parts, projects);
  const alerts = new AlertService(parts);
  const thresholds = new ThresholdEvaluations(parts, { projects, telemetry, alerts });
  const history = new TelemetryHistory(telemetry, projects, parts.clock);
  const sources = new AlertSources({
    projects,
    objectives: new ObjectiveService(parts, { projects, telemetry }),
    history,
    views: new AnalysisViews(parts.clock, { projects, history, loadTests: new LoadHistory(parts) }),
    alerts,
  });
  const notifier = new Notifier(parts, new SilenceService(parts));
  const work: { [Type in Message['type']]: (message: Extract<Message, { type: Type }>) => Promise<void> } = {
    'alert.evaluate': async ({ project, minute }) => {
      await thresholds.evaluate(project, Date.parse(minute));
      // By the message and not by what was evaluated: what fails is tried again, and finds the same.
      await sources.look(project, Date.parse(minute));
      // What was put off, silenced or is to be said again comes due without a message of its own.
      await notifier.notify(project);
    },
    'alert.project-deleted': async ({ project }) => {
      // What came back under its name meanwhile goes on with its alerts.
      if ((await projects.retention(project)) === undefined) await alerts.endAll(project, 'The project was deleted.');
    },
    'alert.changed': ({ about }) => notifier.changed(about),
    'alert.notify': ({ group }) => notifier.notify(group),
  };
  return (message) => (work[message.type] as (message: Message) => Promise<void>)(message);
}
