curl http://localhost:3000/v1/me \
  -H "Authorization: Bearer $MINTMARK_TOKEN"
