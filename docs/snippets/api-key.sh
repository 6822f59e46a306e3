curl http://localhost:3000/v1/orgs/acme/api-keys \
  -H "X-API-Key: $MINTMARK_API_KEY"
