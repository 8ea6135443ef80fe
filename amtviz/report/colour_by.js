// The control that says by what trials are coloured.
import { one } from "../embed/dom.js";
import { get, onChange, set } from "./state.js";

/** @import { Column } from "./values.js" */

/**
 * Return the columns that trials can be coloured by: those that tell them apart.
 * @param {Column[]} columns
 */
export function colourable(columns) {
  const byId = new Map(columns.map((column) => [column.id, column]));
  const groups = ["j", "df", "s"].filter((id) => (byId.get(id)?.labels ?? []).length > 1);
  const searched = columns.filter((column) => column.range).map(({ id }) => id);
  const [jobs, ...others] = groups.includes("j") ? groups : [null, ...groups];
  return [jobs, "y", ...others, ...searched].flatMap((id) => byId.get(id ?? "") ?? []);
}

/**
 * Let the reader choose; return what it is as long as they don't.
 * @param {Column[]} columns
 */
export function startColour(columns) {
  const select = one(HTMLSelectElement, ".by select");
  const choices = colourable(columns);
  for (const { id, title } of choices) select.add(new Option(title, id));
  // several tuning jobs are told apart; of one, how good its trials are
  if (!choices.some(({ id }) => id === get("colour"))) set("colour", choices[0].id);
  const show = () => {
    select.value = get("colour");
  };
  show();
  onChange("colour", show);
  select.addEventListener("change", () => set("colour", select.value));
  return choices[0].id;
}
