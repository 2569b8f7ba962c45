import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Answer>> }>>>
  >;
  readonly components: {
    readonly headers: Readonly<Record<string, { readonly required?: boolean; readonly schema: object }>>;
  };
}

interface Answer {
  readonly headers: Readonly<Record<string, { readonly $ref: string }>>;
  readonly content: Readonly<Record<string, unknown>>;
}

/** Holds real answers against an OpenAPI 3.1 document. */
export interface DocumentedAnswers {
  /** Each as `get /v1/orders/{id} 404`. */
  readonly all: readonly string[];
  /** All in which an answer differs from what the document says, in words. */
  differences(operation: string, response: Response): Promise<string[]>;
}

export function createDocumentedAnswers(given: object): DocumentedAnswers {
  const document = given as Document;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(given, 'document');
  const validate = (pointer: string, value: unknown): string[] => {
    const check = ajv.getSchema(`document${pointer}`);
    if (check === undefined) return [`there is no ${pointer}`];
    return check(value) === true ? [] : [`${pointer}: ${ajv.errorsText(check.errors)}`];
  };
  const all = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { responses }]) =>
      Object.keys(responses).map((status) => `${method} ${path} ${status}`),
    ),
  );

  return {
    all,
    async differences(operation, response) {
      const [method = '', path = ''] = operation.split(' ');
      const documented = document.paths[path]?.[method]?.responses[response.status];
      if (documented === undefined) return [`${operation} does not say that it answers with ${response.status}`];
      const type = response.headers.get('content-type') ?? '';
      if (!Object.hasOwn(documented.content, type)) return [`${operation} ${response.status} has no content ${type}`];
      const steps = ['paths', path, method, 'responses', String(response.status), 'content', type, 'schema'];
      const [present, absent] = [true, false].map((has) =>
        Object.keys(documented.headers).filter((name) => response.headers.has(name) === has),
      );
      const missing = (absent ?? []).filter((name) => document.components.headers[name]?.required === true);
      const headers = (present ?? []).flatMap((name) =>
        validate(`#/components/headers/${name}/schema`, response.headers.get(name)),
      );
      const body = validate(`#${steps.map(pointerStep).join('')}`, await response.json());
      return [...missing.map((name) => `${operation} ${response.status} has no ${name}`), ...headers, ...body];
    },
  };
}

function pointerStep(step: string): string {
  return `/${encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))}`;
}
