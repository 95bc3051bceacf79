import { runOnce } from '../plan/run-once.js';
import { TraceError } from '../sim/trace-error.js';
import type { Answer, Task } from './task.js';

/** What a worker thread does: one run a task. It imports the simulator and nothing else, so that it starts quickly. */
export default function work(task: Task): Answer {
  try {
    return { result: runOnce(task), trace: null };
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    return { result: null, trace: { file: error.file, line: error.line, message: error.message } };
  }
}
