import { resourceUsageOf } from '../../../telemetry/resources.ts';
import type { OptimizationModule } from '../../module.ts';
import { endpointKind } from '../../profiles/endpoint-kind.ts';
import { observedEvidence, tenths } from './figures.ts';
import { live, settingChange } from './setting-change.ts';

/** What one packet holds is not sent faster when it is less. */
const aboveBytes = 1_400;
const minBytes = 4_000;
const minRequests = 50;
/** Of all bytes that are sent. */
const minSharePercent = 20;
const file = /\.(png|jpe?g|gif|webp|avif|ico|woff2?|mp[34]|webm|zip|gz|br|pdf|wasm)$/i;

/** Has large answers of text compressed, where the processor has time for it. Answers that are compressed already stay as they are. */
export const compression: OptimizationModule = {
  name: 'compression',
  optimizationId: 'image_optimization',
  plan(situation) {
    const { telemetry, thresholds, settings } = situation;
    const { avgCpuPercent = 100 } = resourceUsageOf(telemetry.resources) ?? {};
    // It takes processor time: some 10 ms for each megabyte.
    if (settings.compression !== undefined || avgCpuPercent > 0.75 * thresholds.cpuPercent.value) return [];
    const allBytes = telemetry.endpoints.reduce((sum, { responseBytes }) => sum + responseBytes, 0);
    const large = telemetry.endpoints.filter(
      ({ method, route, endpoint, responseBytes, responseTime }) =>
        method === 'GET' &&
        !file.test(route) &&
        (endpointKind(endpoint) !== 'static-asset' || /\.(m?js|css|svg|json|map|txt|html?)$/i.test(route)) &&
        responseTime.count >= minRequests &&
        responseBytes >= minBytes * responseTime.count,
    );
    const bytes = large.reduce((sum, { responseBytes }) => sum + responseBytes, 0);
    if (allBytes === 0 || bytes < (minSharePercent / 100) * allBytes) return [];
    const heaviest = large.toSorted((a, b) => b.responseBytes - a.responseBytes).slice(0, 5);
    return [
      {
        subject: 'answers of text',
        name: 'Compress large answers of text',
        description: `Answers of ${heaviest.map(({ endpoint }) => endpoint).join(', ')} take 4 kB or more on the wire in the mean, ${tenths((100 * bytes) / allBytes)} % of all that is sent. Text from ${aboveBytes} bytes on is sent compressed to those who take it, if it is not yet. It costs processor time, and gains most over slow connections, which response times of the service do not show.`,
        changes: [settingChange(situation, 'compression', { aboveBytes })],
        risk: 'low' as const,
        ...live,
        evidence: heaviest.map(({ endpoint, responseBytes, responseTime }) =>
          observedEvidence(situation, 'endpoint.responseBytes', endpoint, {
            requests: responseTime.count,
            kbPerResponse: tenths(responseBytes / responseTime.count / 1_000),
            sharePercent: tenths((100 * responseBytes) / allBytes),
            avgCpuPercent: tenths(avgCpuPercent),
          }),
        ),
      },
    ];
  },
};
