/** ES-module jest on swc; run it through `npm run jest` so that the pinned Node is the one that runs. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2023', parser: { syntax: 'typescript' }, experimental: { keepImportAttributes: true } },
        module: { type: 'es6' },
      },
    ],
  },
  globalSetup: '<rootDir>/test/global-setup.ts',
  // Modules of a suite stay in a worker's memory: it begins anew before collecting them takes more time than the tests.
  workerIdleMemoryLimit: '1GB',
  testTimeout: 90_000,
};
