// Where the packaged service keeps its configuration and its files.

export const defaultConfigFile = "/etc/tiepdon/tiepdon.yaml";
export const defaultDataDir = "/var/lib/tiepdon";
export const defaultAuthorityDir = "/var/lib/tiepdon/ca";
export const defaultTlsDir = "/var/lib/tiepdon/tls";
export const defaultProfilesDir = "/etc/tiepdon/profiles";
