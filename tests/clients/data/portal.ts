// One question to the portal, with the token and without.
import createClient from "openapi-fetch";
import type { paths } from "./portal_api.d.ts";

const [url, token] = process.argv.slice(2) as [string, string];
const query = { kind: "exhibition" };
const client = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${token}` } });
const found = await client.GET("/api/v1/declarations", { params: { query } });
if (found.data?.total !== 1) throw new Error(`${found.response.status}`);

const stranger = await createClient<paths>({ baseUrl: url }).GET("/api/v1/declarations", { params: { query } });
// A portal that serves too many at once says so in plain words.
if (typeof stranger.error !== "object") throw new Error(`asked without a token: ${stranger.response.status}`);
if (stranger.response.status !== 401 || !stranger.error.error.en) throw new Error("it is not told that a token is missing");
console.log("ok", found.data.rows[0]?.seq_no);
