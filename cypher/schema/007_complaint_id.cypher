// purpose: one node a complaint
// params: none
// returns: none
// mode: schema
CREATE CONSTRAINT complaint_id IF NOT EXISTS
FOR (n:Complaint) REQUIRE n.complaint_id IS UNIQUE
