// Rules that stand in Python and in JavaScript: tests/test_shared_cases.py reads the same cases.
import { readFileSync } from "node:fs";

export const CASES = JSON.parse(readFileSync(new URL("cases.json", import.meta.url), "utf8"));
