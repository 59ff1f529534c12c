// `headroom/memory`: how much is in use, and what to do when it gets short.
import {
  monitorResources,
  type ResourceMonitor,
  type ResourceMonitorOptions,
  type ResourceSample,
} from './memory/monitor-resources.ts';
import type { PressureLevel } from './memory/pressure-level.ts';
import { type MemoryPressure, onPressure, type PressureHandle, type PressureOptions } from './memory/pressure-watch.ts';
import { type Trim, type TrimOptions, trimOnPressure } from './memory/trim-on-pressure.ts';
import { addTrimmable, type Trimmable, type Trimmed, trimAll } from './memory/trimmables.ts';

export {
  addTrimmable,
  type MemoryPressure,
  monitorResources,
  onPressure,
  type PressureHandle,
  type PressureLevel,
  type PressureOptions,
  type ResourceMonitor,
  type ResourceMonitorOptions,
  type ResourceSample,
  type Trim,
  type Trimmable,
  type Trimmed,
  type TrimOptions,
  trimAll,
  trimOnPressure,
};
