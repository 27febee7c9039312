/** The sandbox that services in tests run their agents in: the real one, and none only where this machine cannot have it. */
import { usableSandbox } from "../../src/local-agents.ts";

const tried = await usableSandbox();

/** Value of YARDMASTER_SANDBOX. */
export const sandboxHere = tried.sandbox;

/** Why a test of the sandbox must be skipped, with the cure; false where it need not be. */
export const withoutSandbox: string | false = tried.fault ?? false;
