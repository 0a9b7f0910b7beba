// Breaks the rules on purpose: the product reaches for test code.
export { fixture } from "../tests/fixture.ts";
