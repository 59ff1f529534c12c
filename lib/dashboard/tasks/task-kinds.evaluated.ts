import { taskPriority, taskStatus, taskTypes as types } from '../../contracts/tasks.ts';

export const taskTypes = types;
export const taskStatuses = taskStatus.options;
export const taskPriorities = taskPriority.options;
