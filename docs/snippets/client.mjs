const { MINTMARK_CLIENT_ID: id, MINTMARK_CLIENT_SECRET: secret } = process.env;
const reply = await fetch("http://localhost:3000/oauth/token", {
  method: "POST",
  headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
  body: new URLSearchParams({ grant_type: "client_credentials" }),
});
if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`);
console.log(JSON.stringify(await reply.json()));
