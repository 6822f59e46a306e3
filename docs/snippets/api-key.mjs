const reply = await fetch("http://localhost:3000/v1/orgs/acme/api-keys", {
  headers: { "x-api-key": process.env.MINTMARK_API_KEY },
});
if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`);
console.log(JSON.stringify(await reply.json()));
