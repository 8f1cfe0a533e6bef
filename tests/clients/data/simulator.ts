// One round with the simulator: hand in a message, read the answer, let time pass, fetch the receipt.
import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import type { paths, webhooks } from "./simulator_api.d.ts";

type Push = webhooks["receipt"]["post"]["parameters"]["header"];
const sequence = (push: Push): number => push["X-Sequence"];

const [url, file, messageId] = process.argv.slice(2) as [string, string, string];
const client = createClient<paths>({ baseUrl: url });

const answer = await client.POST("/v1/messages", {
  body: readFileSync(file, "utf-8"),
  bodySerializer: (body) => body,
  headers: { "Content-Type": "application/xml" },
  parseAs: "text",
});
if (!answer.data?.includes("<DealFlag>0</DealFlag>")) throw new Error(`not taken: ${answer.response.status}`);

const standing = await client.GET("/v1/messages/{message_id}", { params: { path: { message_id: messageId } } });
if (standing.data?.taken !== true) throw new Error("its standing is not told");

const later = await client.POST("/control/clock/advance", { body: { seconds: 259_200 } });
if (later.error) throw new Error(later.error.error.en);

const receipts = await client.GET("/v1/receipts", { params: { query: { after: 0 } } });
const [first] = receipts.data ?? [];
if (first === undefined) throw new Error("no receipt came");
const receipt = await client.GET("/v1/receipts/{sequence}", {
  params: { path: { sequence: first.sequence } },
  parseAs: "text",
});
if (!receipt.data?.includes("<")) throw new Error("the receipt is empty");

const missing = await client.GET("/v1/messages/{message_id}", { params: { path: { message_id: "none" } } });
if (!missing.error?.error.zh) throw new Error("a refusal is not told in its words");
console.log("ok", sequence({ "X-Sequence": first.sequence } as Push));
