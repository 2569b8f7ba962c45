import type { ServicePlan } from '../service-plan.ts';

/** `proto/shipping/v1/shipping.proto` */
export function contract(plan: ServicePlan): string {
  const { snake } = plan.names;
  const ofCallees = plan.callees.flatMap(({ request, response }) => [request.file, response.file]);
  const imports = [...new Set([...(plan.database ? ['google/protobuf/timestamp.proto'] : []), ...ofCallees])];
  return `syntax = "proto3";

package ${snake}.v1;
${
  imports.length === 0
    ? ''
    : `\n${imports
        .toSorted()
        .map((file) => `import "${file}";\n`)
        .join('')}`
}
${plan.database ? keepingService(plan) : answeringService(plan)}`;
}

function keepingService({ names, callees }: ServicePlan): string {
  const { pascal, snake, words } = names;
  return `// Each ${words} belongs to the user on whose behalf it was created.
service ${pascal}Service {
  // The same id again gives the first answer again. Ids are each user's own.
  rpc Create${pascal}(Create${pascal}Request) returns (Create${pascal}Response);
  // One of the user's own; anybody else's is NOT_FOUND.
  rpc Get${pascal}(Get${pascal}Request) returns (Get${pascal}Response);
}

message ${pascal} {
  string ${snake}_id = 1;
  string user_id = 2;
  google.protobuf.Timestamp created_at = 3;
}

message Create${pascal}Request {
  // Chosen by the caller, 8 to 64 letters, digits and hyphens.
  string ${snake}_id = 1;
${questions(callees, 2)}}

message Create${pascal}Response {
  ${pascal} ${snake} = 1;
${answers(callees, 2)}}

message Get${pascal}Request {
  string ${snake}_id = 1;
}

message Get${pascal}Response {
  ${pascal} ${snake} = 1;
}
`;
}

function answeringService({ names, callees }: ServicePlan): string {
  const { pascal } = names;
  const request = questions(callees, 1);
  return `// Answers users, and keeps nothing.
service ${pascal}Service {
  rpc Get${pascal}(Get${pascal}Request) returns (Get${pascal}Response);
}

message Get${pascal}Request {${request === '' ? '' : `\n${request}`}}

message Get${pascal}Response {
  // Whom the answer is for.
  string user_id = 1;
${answers(callees, 2)}}
`;
}

function questions(callees: ServicePlan['callees'], first: number): string {
  const lines = callees.map(
    ({ service, request, field }, at) =>
      `  // What ${service} is asked.\n  ${request.fullName} ${field.snake} = ${first + at};\n`,
  );
  return lines.join('');
}

function answers(callees: ServicePlan['callees'], first: number): string {
  const lines = callees.map(
    ({ service, response, field }, at) =>
      `  // What ${service} answered.\n  ${response.fullName} ${field.snake} = ${first + at};\n`,
  );
  return lines.join('');
}
