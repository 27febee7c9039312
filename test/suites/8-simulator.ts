import { loadSuite } from "./load.ts";

loadSuite(import.meta);
