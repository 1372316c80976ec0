// Checks a value against a JSON Schema: the keywords that the public document uses.

/** `[{field, message}]`, empty when `value` fits. `schemas` are the named ones that `$ref` leads to. */
export function check(value, schema, schemas, field = "") {
  if (schema.$ref) return check(value, resolve(schema, schemas), schemas, field);
  if (schema.anyOf) return checkAny(value, schema, schemas, field);
  const wrong = [...checkKind(value, schema, field)];
  if (wrong.length) return wrong;
  return [...checkLimits(value, schema, field), ...checkMembers(value, schema, schemas, field), ...checkItems(value, schema, schemas, field),
    ...(schema.allOf ?? []).flatMap((each) => check(value, each, schemas, field))];
}

function resolve(schema, schemas) {
  return schemas[schema.$ref.split("/").pop()];
}

// Of several shapes, the one that the value names itself is the one to complain about; or else the nearest.
function checkAny(value, schema, schemas, field) {
  const named = schema.discriminator?.mapping?.[value?.[schema.discriminator.propertyName]];
  if (named) return check(value, { $ref: named }, schemas, field);
  const results = schema.anyOf.map((each) => check(value, each, schemas, field));
  return results.find((each) => !each.length) ?? results.reduce((best, each) => (each.length < best.length ? each : best));
}

const KINDS = {
  object: (value) => value !== null && typeof value === "object" && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === "string",
  integer: Number.isInteger,
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
};

function* checkKind(value, schema, field) {
  const kinds = [schema.type ?? []].flat();
  if (kinds.length && !kinds.some((kind) => KINDS[kind](value))) yield { field, message: `expected ${kinds.join(" or ")}` };
  if (schema.enum && !schema.enum.includes(value)) yield { field, message: `expected one of ${schema.enum.join(", ")}` };
}

const FORMATS = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  "date-time": /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)$/,
};

function* checkLimits(value, schema, field) {
  const size = typeof value === "string" ? [...value].length : Array.isArray(value) ? value.length : null;
  const unit = typeof value === "string" ? "characters" : "items";
  const least = schema.minLength ?? schema.minItems;
  const most = schema.maxLength ?? schema.maxItems;
  if (size !== null && size < least) yield { field, message: `expected at least ${least} ${unit}` };
  if (size !== null && size > most) yield { field, message: `expected at most ${most} ${unit}` };
  if (typeof value === "number" && value < schema.minimum) yield { field, message: `expected at least ${schema.minimum}` };
  if (typeof value === "number" && value > schema.maximum) yield { field, message: `expected at most ${schema.maximum}` };
  if (typeof value !== "string") return;
  if (schema.pattern && !new RegExp(schema.pattern, "u").test(value)) yield { field, message: schema.description ?? `does not match ${schema.pattern}` };
  if (FORMATS[schema.format] && !FORMATS[schema.format].test(value)) yield { field, message: `expected a ${schema.format}` };
}

function* checkMembers(value, schema, schemas, field) {
  if (!schema.properties || !KINDS.object(value)) return;
  const at = (name) => (field ? `${field}.${name}` : name);
  for (const name of schema.required ?? []) if (!(name in value)) yield { field: at(name), message: "is required" };
  for (const [name, member] of Object.entries(value)) {
    if (schema.properties[name]) yield* check(member, schema.properties[name], schemas, at(name));
    else if (schema.additionalProperties === false) yield { field: at(name), message: "is unknown" };
  }
}

function* checkItems(value, schema, schemas, field) {
  if (!schema.items || !Array.isArray(value)) return;
  for (const [index, item] of value.entries()) yield* check(item, schema.items, schemas, `${field}[${index}]`);
}

/** A value to begin with: the required members, with their examples. */
export function example(schema, schemas) {
  if (schema.$ref) return example(resolve(schema, schemas), schemas);
  if (schema.examples) return schema.examples[0];
  if ("default" in schema) return schema.default;
  if (schema.anyOf) return example(schema.anyOf[0], schemas);
  if (schema.enum) return schema.enum[0];
  if (schema.properties) {
    const names = schema.required?.length ? schema.required : Object.keys(schema.properties).slice(0, 1);
    return Object.fromEntries(names.map((name) => [name, example(schema.properties[name], schemas)]));
  }
  if (schema.type === "array") return schema.minItems ? [example(schema.items, schemas)] : [];
  return { string: "", integer: schema.minimum ?? 0, number: 0, boolean: false, object: {} }[schema.type] ?? null;
}
