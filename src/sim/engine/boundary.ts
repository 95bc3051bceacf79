import { LARGE } from '../core/expect-large.js';

/**
 * The instant that an engine works at: a step boundary, at which all steady sequences have just made a token. No boundary is
 * interrupted by another engine's, so all engines share it, and a thousand nodes touch less memory.
 */
export const boundary = { us: LARGE };
