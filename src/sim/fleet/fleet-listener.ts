import type { Attempt } from '../attempt.js';

/** What the fleet reports to the world. */
export interface FleetListener {
  onFirstToken(attempt: Attempt): void;
  onFinished(attempt: Attempt): void;
  /** Whatever is on nodes for which this holds is lost. */
  onNodesBroken(isBroken: (nodeNumber: number) => boolean): void;
  /** What has shown no token yet on nodes for which this holds is to go elsewhere. */
  onNodesDraining(isLeft: (nodeNumber: number) => boolean): void;
  /** A node has given up seats and blocks. */
  onRoom(): void;
}
