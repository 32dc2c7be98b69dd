// Builds requests with the packages of other people. Reads a case a line, writes an answer a line:
// {"url", "method", "headers", "body"} or {"error"}. A body is text, or pairs of a multipart form.
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const folder = path.resolve(process.argv[2]);
const require = createRequire(path.join(folder, "index.js"));
const load = (name) => import(pathToFileURL(path.join(folder, name)).href);
const once = (make) => {
  let made;
  return () => (made ??= make());
};

const octokit = once(() => load("@octokit/endpoint/dist-bundle/index.js"));
async function byOctokit({ server, method, path: url, values, body, mediaType }) {
  const { endpoint } = await octokit();
  // An object's fields stand among the parameters; all else, and an empty object, is its `data`.
  const isSpread = isObject(body) && Object.keys(body).length > 0;
  const own = isSpread ? body : body === undefined ? {} : { data: body };
  const headers = mediaType && body !== undefined ? { "content-type": mediaType } : {};
  const given = { ...own, ...values.query, ...values.path };
  const made = endpoint({ baseUrl: server, method, url, headers, ...given });
  // It says "" where PATCH and PUT have no body; on the wire that is none.
  return { ...made, body: made.body === undefined || made.body === "" ? null : textOf(made.body) };
}

const stripe = once(() => {
  const found = require("stripe");
  const Stripe = found.default ?? found.Stripe ?? found;
  const seen = [];
  const httpClient = Stripe.createFetchHttpClient(async (url, init) => {
    seen.push({ url: String(url), ...init });
    return new Response("{}", { headers: { "content-type": "application/json" } });
  });
  const client = new Stripe("sk_test_none", { httpClient, telemetry: false, maxNetworkRetries: 0 });
  return { resource: new Stripe.StripeResource(client), seen };
});
async function byStripe({ method, path: template, values, body }) {
  const { resource, seen } = stripe();
  const url = template.replace(/\{([^{}]+)\}/g, (_, name) => encodeURIComponent(values.path[name]));
  seen.length = 0;
  await resource._makeRequest(method, url, { ...values.query, ...body }, undefined, {});
  const { url: sent, method: by, headers, body: text } = seen[0];
  return { url: sent, method: by, headers: Object.fromEntries(new Headers(headers)), body: text || null };
}

const swagger = once(() => {
  globalThis.FormData ??= require("node:buffer").FormData;
  return require("swagger-client");
});
async function bySwagger({ document, values, body, mediaType }) {
  const found = swagger();
  const client = found.default ?? found;
  const parameters = {};
  for (const [place, named] of Object.entries(values)) {
    for (const [name, value] of Object.entries(named)) parameters[`${place}.${name}`] = value;
  }
  const made = client.buildRequest({
    spec: document,
    operationId: "operation",
    parameters,
    requestBody: body,
    requestContentType: mediaType || undefined,
  });
  return { url: made.url, method: made.method, headers: made.headers, body: bodyOf(made.body, body) };
}

const har = once(async () => {
  const [{ default: toHar }, { default: Oas }] = await Promise.all([
    load("@readme/oas-to-har/dist/index.js"),
    load("oas/dist/index.js"),
  ]);
  return { toHar, Oas };
});
async function byHar({ document, method, path: template, values, body, mediaType }) {
  const { toHar, Oas } = await har();
  const oas = new Oas(document);
  const isForm = mediaType === "application/x-www-form-urlencoded";
  const given = { ...values, ...(isForm ? { formData: body } : { body }) };
  const operation = oas.operation(template, method.toLowerCase());
  const { request } = toHar(oas, operation, given).log.entries[0];
  const query = request.queryString.map(({ name, value }) => `${name}=${value}`).join("&");
  const headers = Object.fromEntries(request.headers.map(({ name, value }) => [name, value]));
  const cookies = request.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  if (cookies) headers.cookie = cookies;
  const joint = request.url.includes("?") ? "&" : "?";
  const url = query ? `${request.url}${joint}${query}` : request.url;
  return { url, method: request.method, headers, body: bodyOfHar(request.postData, mediaType) };
}
function bodyOfHar(data, mediaType) {
  if (!data) return null;
  if (!data.params) return data.text ?? null;
  const pairs = data.params.map(({ name, value }) => [name, value ?? ""]);
  return mediaType.startsWith("multipart/") ? pairs : new URLSearchParams(pairs).toString();
}

const speakeasy = once(() => load("@mistralai/mistralai/esm/lib/encodings.js"));
async function bySpeakeasy({ document, server, method, path: template, values, body, mediaType }) {
  const encode = await speakeasy();
  const [item] = Object.values(document.paths);
  const operation = item[method.toLowerCase()];
  const known = new Map(operation.parameters.map((one) => [`${one.in} ${one.name}`, one]));
  const url = template.replace(/\{([^{}]+)\}/g, (whole, name) => {
    const { style = "simple", explode = false } = known.get(`path ${name}`);
    const by = { simple: encode.encodeSimple, label: encode.encodeLabel, matrix: encode.encodeMatrix };
    return by[style](name, values.path[name], { explode, charEncoding: "percent" });
  });
  const query = Object.entries(values.query ?? {}).map(([name, value]) => {
    const { style = "form", explode = style === "form", content } = known.get(`query ${name}`);
    const by = {
      form: encode.encodeFormQuery,
      deepObject: encode.encodeDeepObjectQuery,
      spaceDelimited: encode.encodeSpaceDelimitedQuery,
      pipeDelimited: encode.encodePipeDelimitedQuery,
    };
    return (content ? encode.encodeJSONQuery : by[style])({ [name]: value }, { explode });
  });
  const headers = {};
  for (const [name, value] of Object.entries(values.header ?? {})) {
    const { explode = false, content } = known.get(`header ${name}`);
    const by = content ? encode.encodeJSON : encode.encodeSimple;
    headers[name] = by(name, value, { explode, charEncoding: "none" });
  }
  const sent = body === undefined ? null : bodyBySpeakeasy(encode, operation, body, mediaType);
  const text = query.filter(Boolean).join("&");
  const joint = url.includes("?") ? "&" : "?";
  const rooted = url.startsWith("/") ? url : `/${url}`;
  return { url: server + rooted + (text && joint + text), method, headers, body: sent };
}
function bodyBySpeakeasy(encode, operation, body, mediaType) {
  if (mediaType === "application/x-www-form-urlencoded") {
    const encoding = operation.requestBody.content[mediaType]?.encoding ?? {};
    const fields = Object.entries(body).map(([name, value]) => {
      const { style = "form", explode = style !== "deepObject" } = encoding[name] ?? {};
      if (style === "deepObject") return encode.encodeDeepObject(name, value, { charEncoding: "percent" });
      return encode.encodeBodyForm(name, value, { explode, charEncoding: "percent" });
    });
    return encode.queryJoin(...fields);
  }
  if (!mediaType.startsWith("multipart/")) return textOf(body);
  const form = new FormData();
  for (const [name, value] of Object.entries(body)) encode.appendForm(form, name, isObject(value) ? JSON.stringify(value) : value);
  return [...form];
}

const openapiFetch = once(() => load("openapi-fetch/dist/index.mjs"));
async function byOpenapiFetch({ document, server, method, path: template, values, body, mediaType }) {
  const { default: createClient, createQuerySerializer } = await openapiFetch();
  if (mediaType.startsWith("multipart/")) throw new Error("it leaves multipart to its caller");
  const [item] = Object.values(document.paths);
  const known = new Map(item[method.toLowerCase()].parameters.map((one) => [`${one.in} ${one.name}`, one]));
  const querySerializer = (query) => {
    const written = Object.entries(query).map(([name, value]) => {
      const { style = "form", explode = style === "form", allowReserved, content } = known.get(`query ${name}`);
      const how = { style, explode };
      const given = content && typeof value === "object" ? JSON.stringify(value) : value;
      return createQuerySerializer({ array: how, object: how, allowReserved })({ [name]: given });
    });
    return written.filter(Boolean).join("&");
  };
  let sent;
  const client = createClient({
    baseUrl: server,
    fetch: async (request) => {
      sent = request;
      return new Response(null, { status: 204 });
    },
  });
  const headers = body !== undefined && mediaType ? { "Content-Type": mediaType } : {};
  const rooted = template.startsWith("/") ? template : `/${template}`;
  await client.request(method.toLowerCase(), rooted, {
    params: values,
    querySerializer,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const text = sent.body ? await sent.text() : null;
  return { url: sent.url, method: sent.method, headers: Object.fromEntries(sent.headers), body: text };
}

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const textOf = (value) => JSON.stringify(value);
function bodyOf(made, given) {
  if (made === undefined || made === null) return null;
  if (typeof made === "string") return made;
  if (typeof made.entries === "function" && !Array.isArray(made)) {
    return [...made.entries()].map(([name, value]) => [name, String(value)]);
  }
  return textOf(made);
}

const builders = {
  "@octokit/endpoint": byOctokit,
  stripe: byStripe,
  "swagger-client": bySwagger,
  "@readme/oas-to-har": byHar,
  "Speakeasy's encoders": bySpeakeasy,
  "openapi-fetch": byOpenapiFetch,
};
for await (const line of createInterface({ input: process.stdin })) {
  const { builder, ...given } = JSON.parse(line);
  let answer;
  try {
    answer = await builders[builder](given);
  } catch (error) {
    answer = { error: String(error?.message ?? error).slice(0, 200) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
