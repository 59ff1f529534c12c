import { ObjectiveService } from '../analysis/objectives/service.ts';
import { AnalysisViews } from '../analysis/views/service.ts';
import type { MessageOf } from '../contracts/messages.ts';
import { LoadHistory } from '../load/history-service.ts';
import { DomainError } from '../platform/errors.ts';
import type { Parts } from '../platform/parts.ts';
import { ProjectService } from '../projects/service.ts';
import { TelemetryHistory } from '../telemetry/history/service.ts';
import { TelemetryService } from '../telemetry/service.ts';
import { Notifier } from './announcing/notifier.ts';
import { AlertService } from './service.ts';
import { SilenceService } from './silences/service.ts';
import { AlertSources } from './sources/service.ts';
import { ThresholdEvaluations } from './thresholds/evaluations.ts';
import { endUnwatched } from './unwatched.ts';

type Message = MessageOf<'alerts'>;

/** What the function `alert-worker` does with each message. */
export function alertWork(parts: Parts): (message: Message) => Promise<void> {
  const projects = new ProjectService(parts);
  const telemetry = new TelemetryService(parts, projects);
  const alerts = new AlertService(parts);
  const thresholds = new ThresholdEvaluations(parts, { projects, telemetry, alerts });
  const history = new TelemetryHistory(telemetry, projects, parts.clock);
  const sources = new AlertSources(parts, {
    projects,
    objectives: new ObjectiveService(parts, { projects, telemetry }),
    history,
    views: new AnalysisViews(parts.clock, { projects, history, loadTests: new LoadHistory(parts) }),
    alerts,
  });
  const notifier = new Notifier(parts, new SilenceService(parts));
  /** One that is gone is none that is not watched: its alerts end with it. */
  const isWatched = async (project: string): Promise<boolean> => {
    try {
      return (await projects.require(project)).monitoringEnabled;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'not-found') return true;
      throw error;
    }
  };
  const work: { [Type in Message['type']]: (message: Extract<Message, { type: Type }>) => Promise<void> } = {
    'alert.evaluate': async ({ project, minute }) => {
      const at = Date.parse(minute);
      if (!(await isWatched(project))) {
        await eachOf(
          () => endUnwatched(alerts, project),
          () => notifier.notify(project),
        );
        return;
      }
      await eachOf(
        () => thresholds.evaluate(project, at),
        () => sources.look(project, at),
        // What was put off, silenced or is to be said again comes due without a message of its own.
        () => notifier.notify(project),
      );
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

/** One after the other, and each whatever became of those before it. @throws AggregateError when any failed */
async function eachOf(...duties: (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const duty of duties) {
    try {
      await duty();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, 'Some of what each minute is to be done could not be done');
}
