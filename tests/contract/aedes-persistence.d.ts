// The one function that aedes-persistence exports for testing an implementation; the package has no types for it.
declare module "aedes-persistence/abstract.js" {
  function abstractPersistence(options: {
    test: typeof import("node:test").test;
    testAsync: true;
    persistence: () => unknown;
  }): void;
  export = abstractPersistence;
}
