// better-sqlite3 13 under its second name: the same interface as version 12.
declare module "better-sqlite3-napi" {
  import Database from "better-sqlite3";
  // biome-ignore lint/style/noDefaultExport: the library exports its class so
  export default Database;
}
