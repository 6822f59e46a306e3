// Sends a request on a new connection, from a local address that the caller chooses.
import { request } from "node:http";

/** Returns `{ status, headers, challenges, text }`, and in `seen` the request as it reached the upstream. */
export function ask(port, path, { method = "GET", headers = {}, body, from = "127.0.0.1" } = {}) {
  return new Promise((resolve, reject) => {
    const asking = request({ host: "127.0.0.1", port, path, method, headers, localAddress: from, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (piece) => (text += piece));
      answer.on("error", reject);
      answer.on("end", () => {
        const challenges = answer.rawHeaders.filter((_, index, all) => /^www-authenticate$/i.test(all[index - 1] ?? ""));
        const seen = answer.headers["x-echo"] ? JSON.parse(text || "null") : undefined;
        resolve({ status: answer.statusCode, headers: answer.headers, challenges, text, seen });
      });
    });
    asking.on("error", reject);
    asking.end(body);
  });
}

export const bearer = (token) => ({ Authorization: `Bearer ${token}` });
export const basic = (user, password) => ({ Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` });
