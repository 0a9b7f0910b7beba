// What a desk does with a reader that is not certified.

/** refuse: it takes no scans · warn: it works, every event says so, and what is wrong is shown. */
export const registryPolicies = ["refuse", "warn"] as const;
export type RegistryPolicy = (typeof registryPolicies)[number];
