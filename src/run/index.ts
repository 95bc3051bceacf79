export { RunStore, resuming } from './run-store.js';
export { ThreadPool, type ThreadPoolOptions } from './thread-pool.js';
