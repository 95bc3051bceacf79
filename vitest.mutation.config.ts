import { defineConfig } from 'vitest/config';

/** Only the tests that mirror the mutated files: thousands of mutants are run against them. */
export default defineConfig({
  test: {
    include: [
      'test/sim/gateway/*.test.ts',
      'test/sim/ledger/*.test.ts',
      'test/models/price-tag.test.ts',
      'test/sim/clients.test.ts',
      'test/sim/initial.test.ts',
      'test/sim/waiting.test.ts',
      'test/sim/gateways.test.ts',
      'test/sim/world.test.ts',
      'test/sim/workload/retry*.test.ts',
      'test/sim/workload/sessions.test.ts',
    ],
    testTimeout: 10_000,
  },
});
