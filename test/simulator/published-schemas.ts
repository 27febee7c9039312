/** Checks bodies by published schemas; the validator of one is made when it is first needed, and kept for later test processes. */
import { createRequire } from "node:module";
import type { ErrorObject, ValidateFunction } from "ajv";
import type { Kept } from "../support/kept.ts";
import { moduleFile } from "../support/own-file.ts";
import type * as Compiler from "./compile-schemas.ts";
import type { Compiled, PublishedSchemas } from "./compile-schemas.ts";

/** Says what is wrong with a body by the schema with that key; empty when nothing is. */
export type FaultFinder = (key: string, body: unknown) => string[];

/** For validators that are kept, and for ajv, which need not be loaded where all of them are. */
const require = createRequire(import.meta.url);

/** Prepares the validators of published schemas; those that are kept are not made again, and `published` not called for them. */
export function faultFinder(kept: Kept, published: () => PublishedSchemas): FaultFinder {
  const validators = new Map<string, ValidateFunction>();
  let compile: ((key: string) => Compiled) | undefined;
  return (key, body) => {
    const validate = validators.get(key) ?? keptValidator(key) ?? makeValidator(key);
    validators.set(key, validate);
    if (validate(body) === true) return [];
    return (validate.errors ?? [])
      .filter((error) => !isForgotten(error))
      .map(
        ({ instancePath, message, params }) =>
          `${instancePath} ${message} ${JSON.stringify(params)}`,
      );
  };

  function keptValidator(key: string): ValidateFunction | undefined {
    const file = kept.find(fileName(key));
    return file === undefined ? undefined : (require(file) as ValidateFunction);
  }

  function makeValidator(key: string): ValidateFunction {
    compile ??= (require(moduleFile(import.meta, "compile-schemas")) as typeof Compiler).compiler(
      published(),
    );
    const { validate, modules } = compile(key);
    kept.keep([...modules].map(([name, code]) => [fileName(name), code]));
    return validate;
  }
}

function fileName(module: string): string {
  return `${module}.cjs`;
}

/** Keys that the descriptions name in most users, Apps, permissions and issues and leave out of some. */
const FORGOTTEN_KEYS: readonly unknown[] = [
  "client_id",
  "merge_queues",
  "parent_issue_url",
  "user_view_type",
];

function isForgotten({ keyword, params }: ErrorObject): boolean {
  return (
    keyword === "unevaluatedProperties" && FORGOTTEN_KEYS.includes(params["unevaluatedProperty"])
  );
}
