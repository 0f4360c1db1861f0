// purpose: widely shared values that were held back, and why
// params: least: int
// returns: kind, shown, holders, households, verdict, reason
// mode: read
MATCH (v:Identifier)
WHERE v.verdict IN ['guarded', 'directory', 'household'] AND v.n_holders >= $least
RETURN
  v.kind AS kind,
  v.shown AS shown,
  v.n_holders AS holders,
  v.n_households AS households,
  v.verdict AS verdict,
  v.reason_zh AS reason
ORDER BY holders DESC, kind, shown
