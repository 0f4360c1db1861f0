// purpose: find a Complaint by its filed_on
// params: none
// returns: none
// mode: schema
CREATE INDEX complaint_by_day IF NOT EXISTS
FOR (n:Complaint) ON (n.filed_on)
