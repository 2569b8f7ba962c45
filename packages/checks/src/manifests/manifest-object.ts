import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const labels = z.record(z.string(), z.string());

const manifestObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    labels: labels.default({}),
    annotations: labels.default({}),
  }),
});

/** An object of Kubernetes, as far as all of them are alike. */
export type ManifestObject = z.infer<typeof manifestObject>;

export function parseManifests(yaml: string): ManifestObject[] {
  return parseAllDocuments(yaml).map((document) => manifestObject.parse(document.toJS()));
}

/** `NetworkPolicy order` */
export function nameOf({ kind, metadata }: ManifestObject): string {
  return `${kind} ${metadata.name}`;
}

/** Those of a kind, each of exactly this form: a field that is not known here is an error, as it could change what all others mean. */
export function objectsOf<Form extends z.ZodType>(
  objects: readonly ManifestObject[],
  group: string,
  kind: string,
  spec: Form,
): (Pick<ManifestObject, 'metadata'> & { readonly spec: z.infer<Form> })[] {
  return objects
    .filter((each) => each.kind === kind && each.apiVersion.split('/')[0] === group)
    .map((each) => ({ metadata: each.metadata, spec: parsed(spec, each) }));
}

function parsed<Form extends z.ZodType>(form: Form, object: ManifestObject): z.infer<Form> {
  const result = form.safeParse(object.spec ?? {});
  if (result.success) return result.data;
  throw new TypeError(
    `${nameOf(object)} says something that is not understood here:\n${z.prettifyError(result.error)}`,
  );
}
