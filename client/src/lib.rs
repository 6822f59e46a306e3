//! What an API team puts in front of their API to accept Mintmark's credentials. It speaks to the issuer by HTTP only and depends
//! on no other member of the workspace, so it also proves that the public contract is enough.
