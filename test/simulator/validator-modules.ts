/** The code of validators as CommonJS modules, one for each shared part: ajv's own writer repeats the parts in every validator. */
import { _ } from "ajv";
import { SchemaEnv } from "ajv/dist/compile/index.js";
import type { AnyValidateFunction } from "ajv/dist/types/index.js";
import type { Ajv2020 } from "ajv/dist/2020.js";

/** The modules of a validator by name; each stands behind what it loads, and the validator itself is the last. */
export function validatorModules(
  ajv: Ajv2020,
  validate: AnyValidateFunction,
  name: string,
): ReadonlyMap<string, string> {
  const modules = new Map<string, string>();
  const begun = new Set<string>();
  write(validate, name);
  return modules;

  function write({ source }: AnyValidateFunction, own: string): void {
    if (source === undefined) throw new Error(`the code of ${own} is not known`);
    begun.add(own);
    const values = ajv.scope.scopeCode(source.scopeValues, {}, (value) => {
      const part: unknown = value.value?.ref;
      // a part that refers back to what needs it is not there yet when the module is loaded
      if (part instanceof SchemaEnv)
        return _`const ${value} = {get validate() { return require(${written(part)}); }};`;
      const { schemaEnv } = part as AnyValidateFunction;
      return _`const ${value} = require(${written(schemaEnv)});`;
    });
    const { validateName, validateCode, evaluated } = source;
    const notes = evaluated === undefined ? _`` : _`${validateName}.evaluated = ${evaluated};`;
    const exported = _`${notes}module.exports = ${validateName};`;
    modules.set(own, `"use strict";${values.toString()}${validateCode}${exported.toString()}`);
  }

  /** The path by which a part is loaded. */
  function written({ baseId, validate: part }: SchemaEnv): string {
    if (part !== undefined && !begun.has(baseId)) write(part, baseId);
    return `./${baseId}.cjs`;
  }
}
