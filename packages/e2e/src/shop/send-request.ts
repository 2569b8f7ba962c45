import { type Dispatcher, request } from 'undici';

/** A request over HTTPS, as it goes over the line. */
export interface HttpsRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** What came of it, as a probe tells of a call: the status, the sentence of a problem, and the decision to ask about. */
export interface HttpsAnswer {
  readonly code: string;
  readonly message: string;
  readonly decisionId: string | null;
  readonly got: Record<string, never>;
}

const timeoutMs = 15_000;

export async function sendRequest(dispatcher: Dispatcher, sent: HttpsRequest): Promise<HttpsAnswer> {
  const { url, method, headers, body } = sent;
  const response = await request(url, {
    method: method as Dispatcher.HttpMethod,
    dispatcher,
    headers,
    body,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  const decisionId = response.headers['x-decision-id'];
  return {
    code: String(response.statusCode),
    message: await response.body.text(),
    decisionId: decisionId === undefined ? null : String(decisionId),
    got: {},
  };
}
