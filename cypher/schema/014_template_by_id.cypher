// purpose: find a ComplaintTemplate by its template_id
// params: none
// returns: none
// mode: schema
CREATE INDEX template_by_id IF NOT EXISTS
FOR (n:ComplaintTemplate) ON (n.template_id)
