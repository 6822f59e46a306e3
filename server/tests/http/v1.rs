mod me;
mod me_tokens;
