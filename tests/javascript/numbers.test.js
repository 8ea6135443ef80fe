import assert from "node:assert/strict";
import { test } from "node:test";

import { formatNumber, general, writeNumber } from "../../amtviz/report/numbers.js";
import { CASES } from "./cases.js";

for (const { number, six, fifteen, shown } of CASES.numbers) {
  test(`${number} is written as Python writes it`, () => {
    assert.equal(general(number, 6), six);
    assert.equal(general(number, 15), fifteen);
    assert.equal(formatNumber(number), shown);
    assert.equal(writeNumber(number, "continuous"), fifteen);
  });
}

test("integers have neither point nor exponent", () => {
  assert.equal(writeNumber(-7, "integer"), "-7");
  assert.equal(writeNumber(1e21, "integer"), "1000000000000000000000");
});
