async function verify(token, scopes) {
  const reply = await fetch("http://localhost:3000/v1/verify", {
    method: "POST",
    headers: { authorization: `Bearer ${process.env.MINTMARK_VERIFIER}`, "content-type": "application/json" },
    body: JSON.stringify({ token, scopes }),
  });
  if (!reply.ok) throw new Error(`cannot know: ${reply.status}`);
  return reply.json();
}

const verdict = await verify(process.env.PRESENTED, ["credentials:read"]);
console.log(JSON.stringify(verdict));
