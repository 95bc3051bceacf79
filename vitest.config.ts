import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests that start the program queue for few cores; on a busy machine a start takes seconds.
    testTimeout: 60_000,
    // By default one core is left free, which is half of two.
    maxWorkers: '100%',
  },
});
