const reply = await fetch("http://localhost:3000/v1/me", {
  headers: { authorization: `Bearer ${process.env.MINTMARK_TOKEN}` },
});
if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`);
console.log(JSON.stringify(await reply.json()));
