// `tiepdon cluster plan`: prints the arithmetic of a province for its own numbers.
import { type Assumptions, planProvince, provinceTable } from "../../cluster/province.ts";
import { print } from "../terminal.ts";

/** As a table, or one JSON object a line. */
export function runClusterPlan(assumptions: Assumptions, isJson: boolean): void {
  const figures = planProvince(assumptions);
  if (isJson) for (const figure of figures) print(JSON.stringify(figure));
  else print(provinceTable(figures));
}
