// Stands for test code that the product must not reach for.
export const fixture = "fixture";
