import { startPage } from "./page.js";
import { Reload } from "./reload.js";

startPage(new Reload());
