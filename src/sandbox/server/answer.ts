/** An answer of the sandbox: a status and a JSON body. */
export interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Absent: compressed if the client allows it. `gzip`: the body is compressed already. `none`: never. */
  readonly encoding?: 'gzip' | 'none';
}

export function jsonAnswer(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, body: Buffer.from(JSON.stringify(value)), headers };
}

/** The API's usual error body. */
export function refusal(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return jsonAnswer(status, { success: false, message }, headers);
}

/** `{"success":true,"item":…}` with an item's own bytes. */
export function itemAnswer(status: number, item: Uint8Array): Answer {
  return { status, body: Buffer.concat([Buffer.from('{"success":true,"item":'), item, Buffer.from('}')]) };
}
