// `headroom/profile`: where the memory and the CPU's time of this process go, by V8's own profilers.
import {
  type CostlyFunction,
  type CpuProfile,
  type CpuProfileOptions,
  type CpuRecording,
  profileCpu,
  startCpuProfile,
} from './profile/cpu-profile.ts';
import { formatProfile } from './profile/format-profile.ts';
import { ProfileInProgressError } from './profile/in-progress-error.ts';
import {
  type Grower,
  type MemoryProfile,
  type MemoryProfileOptions,
  type MemoryRecording,
  profileMemory,
  startMemoryProfile,
} from './profile/memory-profile.ts';
import type { Place } from './profile/place.ts';

export {
  type CostlyFunction,
  type CpuProfile,
  type CpuProfileOptions,
  type CpuRecording,
  formatProfile,
  type Grower,
  type MemoryProfile,
  type MemoryProfileOptions,
  type MemoryRecording,
  type Place,
  ProfileInProgressError,
  profileCpu,
  profileMemory,
  startCpuProfile,
  startMemoryProfile,
};
