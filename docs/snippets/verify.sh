curl http://localhost:3000/v1/verify \
  -H "Authorization: Bearer $MINTMARK_VERIFIER" \
  -H "Content-Type: application/json" \
  -d "{\"token\":\"$PRESENTED\",\"scopes\":[\"credentials:read\"]}"
