curl http://localhost:3000/oauth/token \
  -u "$MINTMARK_CLIENT_ID:$MINTMARK_CLIENT_SECRET" \
  -d grant_type=client_credentials
