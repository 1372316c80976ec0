// The public API's own document: its operations, and which of them a path means.

const METHODS = ["get", "post", "put", "patch", "delete"];

export async function loadDocument() {
  const answer = await fetch("/openapi.json");
  if (!answer.ok) throw new Error(String(answer.status));
  return new Description(await answer.json());
}

export class Description {
  constructor(document) {
    this.schemas = document.components.schemas;
    this.operations = Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => method in item).map((method) => describe(method.toUpperCase(), path, item[method])),
    );
  }

  /** All paths, each once. */
  get paths() {
    return [...new Set(this.operations.map((each) => each.path))];
  }

  /** The operation of a method and a path, with or without its parameters filled in. */
  find(method, target) {
    const [path] = target.split("?");
    return this.operations.find((each) => each.method === method && (each.path === path || each.pattern.test(path))) ?? null;
  }

  methodsOf(target) {
    const [path] = target.split("?");
    return this.operations.filter((each) => each.path === path || each.pattern.test(path)).map((each) => each.method);
  }
}

function describe(method, path, operation) {
  const literal = (part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const parts = path.split(/(\{\w+\})/).map((part) => (part.startsWith("{") ? "[^/{}]+" : literal(part)));
  return {
    method,
    path,
    pattern: new RegExp(`^${parts.join("")}$`),
    summary: operation.summary ?? "",
    parameters: operation.parameters ?? [],
    body: operation.requestBody?.content?.["application/json"]?.schema ?? null,
    isBodyRequired: operation.requestBody?.required ?? false,
  };
}
