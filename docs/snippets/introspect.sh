curl http://localhost:3000/oauth/introspect \
  -H "Authorization: Bearer $MINTMARK_VERIFIER" \
  --data-urlencode "token=$PRESENTED"
